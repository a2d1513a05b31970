//! The filters, tests and functions that expressions may use: those of minijinja that are
//! deterministic and bounded, and our own.

use minijinja::{Environment, UndefinedBehavior, filters, functions, tests};

use super::filters as own;
use super::quote;
use super::wrap;
use crate::base::Value;

/// Writes a value as YAML.
pub type ToYaml = fn(&Value) -> String;

/// Filters that hand on the items they are given, or some of them.
pub(super) const KEEPS_ITEMS: &[&str] =
    &["default", "list", "reject", "rejectattr", "reverse", "select", "selectattr", "sort", "unique"];

/// Filters whose result is a number.
pub(super) const GIVES_NUMBER: &[&str] = &["abs", "float", "int", "length", "round"];

/// Longest loop over `range`.
const MAX_RANGE: usize = 10_000;

/// Instructions that one expression, or one text template, may take.
const FUEL: u64 = 20_000_000;

/// The names that are there.
#[derive(Clone, Debug, Default)]
pub(super) struct Library {
    pub(super) filters: Vec<&'static str>,
    pub(super) tests: Vec<&'static str>,
    pub(super) functions: Vec<&'static str>,
}

macro_rules! add {
    ($env:ident, $names:expr, $add:ident, $from:ident: $($name:ident),+ $(,)?) => {
        $($env.$add(stringify!($name), $from::$name); $names.push(stringify!($name));)+
    };
}

/// An environment with everything in it, and the list of what is in it.
pub(super) fn build(to_yaml: ToYaml) -> (Environment<'static>, Library) {
    let mut env = Environment::empty();
    let mut library = Library::default();
    env.set_undefined_behavior(UndefinedBehavior::SemiStrict);
    env.set_fuel(Some(FUEL));
    env.set_debug(false);
    add_builtins(&mut env, &mut library);
    add_tests(&mut env, &mut library);
    add!(env, library.filters, add_filter, own:
        b64encode, dns, indent, join, merge, quote, replace, sha256, sorted_keys, to_json);
    add!(env, library.filters, add_filter, quote: csv, hcl, json, sh, yaml);
    env.add_filter("to_yaml", move |value: &minijinja::Value| Ok(to_yaml(&wrap::given(value)?)));
    library.filters.push("to_yaml");
    env.add_function("range", |from: isize, to: Option<isize>, step: Option<isize>| {
        let range = functions::range(from, to, step)?;
        match range.len() {
            Some(n) if n <= MAX_RANGE => Ok(range),
            _ => Err(own::refuse(format!("`range` gives at most {MAX_RANGE} items"))),
        }
    });
    library.functions.push("range");
    (env, library)
}

fn add_builtins(env: &mut Environment<'static>, library: &mut Library) {
    add!(env, library.filters, add_filter, filters:
        abs, attr, bool, capitalize, default, dictsort, first, float, groupby, int, items, last, length, lines, list,
        lower, map, max, min, reject, rejectattr, reverse, round, select, selectattr, sort, split, string, title, trim,
        unique, upper);
}

fn add_tests(env: &mut Environment<'static>, library: &mut Library) {
    macro_rules! test {
        ($($name:literal => $test:ident),+ $(,)?) => {
            $(env.add_test($name, tests::$test); library.tests.push($name);)+
        };
    }
    test! {
        "defined" => is_defined, "undefined" => is_undefined, "none" => is_none, "boolean" => is_boolean,
        "number" => is_number, "integer" => is_integer, "float" => is_float, "string" => is_string,
        "sequence" => is_sequence, "iterable" => is_iterable, "mapping" => is_mapping,
        "startingwith" => is_startingwith, "endingwith" => is_endingwith, "lower" => is_lower, "upper" => is_upper,
        "odd" => is_odd, "even" => is_even, "divisibleby" => is_divisibleby, "true" => is_true, "false" => is_false,
        "eq" => is_eq, "ne" => is_ne, "lt" => is_lt, "le" => is_le, "gt" => is_gt, "ge" => is_ge, "in" => is_in,
    }
}
