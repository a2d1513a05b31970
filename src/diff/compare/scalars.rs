//! Spellings of the same scalar.

use crate::base::{Kind, Value};

/// Suffixes of quantities with their factors (Kubernetes, `resource.Quantity`).
const SUFFIXES: &[(&str, f64)] = &[
    ("Ki", 1024.0),
    ("Mi", 1_048_576.0),
    ("Gi", 1_073_741_824.0),
    ("Ti", 1_099_511_627_776.0),
    ("Pi", 1_125_899_906_842_624.0),
    ("Ei", 1_152_921_504_606_846_976.0),
    ("n", 1e-9),
    ("u", 1e-6),
    ("m", 0.001),
    ("k", 1e3),
    ("M", 1e6),
    ("G", 1e9),
    ("T", 1e12),
    ("P", 1e15),
    ("E", 1e18),
];

/// Whether two scalars mean the same: numbers that are equal, and under `limits` and `requests` quantities that are.
pub fn same_meaning<'k>(a: &Value, b: &Value, mut keys: impl Iterator<Item = &'k str>) -> bool {
    if let (Some(a), Some(b)) = (number(a), number(b)) {
        return close(a, b);
    }
    let is_quantity = keys.any(|key| matches!(key, "limits" | "requests"));
    is_quantity && matches!((quantity(a), quantity(b)), (Some(a), Some(b)) if close(a, b))
}

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() <= f64::EPSILON * a.abs().max(b.abs())
}

/// Whole numbers up to 2^53, and fractions. Larger ones are not exact here, and differ as written.
fn number(value: &Value) -> Option<f64> {
    match value.kind {
        Kind::Int(n) => i32::try_from(n).ok().map(f64::from),
        Kind::Float(n) => Some(n),
        _ => None,
    }
}

/// The number that a quantity stands for, such as `1.5Gi`.
pub fn quantity(value: &Value) -> Option<f64> {
    let Some(text) = value.as_str() else { return number(value) };
    let (digits, factor) =
        SUFFIXES.iter().find_map(|(suffix, factor)| Some((text.strip_suffix(suffix)?, *factor))).unwrap_or((text, 1.0));
    let plain = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    plain.then(|| digits.parse::<f64>().ok())?.map(|n| n * factor)
}
