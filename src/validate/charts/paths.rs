//! Paths into values, as `schemas/charts` writes them: keys joined by dots, `name[]` for each item of a list.

use crate::base::Value;

/// Items of lists that a path goes through.
pub type Indices = Vec<usize>;

/// Whether nothing is said by a value.
pub fn is_empty(value: &Value) -> bool {
    value.is_null() || value.as_str() == Some("")
}

/// All values under a path; `name[]` stands for each item of a list.
pub fn resolve<'v>(values: &'v Value, path: &str) -> Vec<(Indices, &'v Value)> {
    let mut found = vec![(Indices::new(), values)];
    for segment in path.split('.') {
        let (key, each) = segment.strip_suffix("[]").map_or((segment, false), |key| (key, true));
        let mut next = Vec::new();
        for (indices, value) in found {
            let Some(value) = value.get(key) else { continue };
            if !each {
                next.push((indices, value));
                continue;
            }
            let items = value.as_list().unwrap_or_default().iter().enumerate();
            next.extend(items.map(|(index, item)| {
                let mut indices = indices.clone();
                indices.push(index);
                (indices, item)
            }));
        }
        found = next;
    }
    found
}

/// The value under a path, with the same items of lists as another. A key may have dots in it.
pub fn at<'v>(values: &'v Value, path: &str, indices: &Indices) -> Option<&'v Value> {
    let mut indices = indices.iter();
    let (mut value, mut rest) = (values, path);
    loop {
        if let Some(found) = value.get(rest) {
            return Some(found);
        }
        let (segment, after) = rest.split_once('.').map_or((rest, None), |(segment, after)| (segment, Some(after)));
        value = match segment.strip_suffix("[]") {
            Some(key) => value.get(key)?.as_list()?.get(*indices.next()?)?,
            None => value.get(segment)?,
        };
        match after {
            Some(after) => rest = after,
            None => return Some(value),
        }
    }
}
