//! Our values in minijinja's eyes. Lists and mappings are wrapped, not converted, and come back as
//! the very value they were, with its place.

use std::sync::Arc;

use minijinja::value::{Enumerator, Object, ObjectRepr, ValueKind};
use minijinja::{Error, ErrorKind, Value as Jinja};

use super::filters::refuse;
use crate::base::{Entry, Kind, Map, Span, Value};

/// A list or mapping of ours.
#[derive(Debug)]
struct Wrapped(Value);

impl Object for Wrapped {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        match self.0.kind {
            Kind::List(_) => ObjectRepr::Seq,
            _ => ObjectRepr::Map,
        }
    }

    fn get_value(self: &Arc<Self>, key: &Jinja) -> Option<Jinja> {
        match &self.0.kind {
            Kind::List(items) => items.get(key.as_usize()?).map(to_jinja),
            Kind::Map(map) => map.get(key.as_str()?).map(to_jinja),
            _ => None,
        }
    }

    fn get_value_by_str(self: &Arc<Self>, key: &str) -> Option<Jinja> {
        self.0.get(key).map(to_jinja)
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        match &self.0.kind {
            Kind::List(items) => Enumerator::Seq(items.len()),
            Kind::Map(map) => {
                let pairs: Vec<_> = map.iter().map(|e| (Jinja::from(e.key.clone()), to_jinja(&e.value))).collect();
                Enumerator::KeyValueIter(Box::new(pairs.into_iter()))
            }
            _ => Enumerator::Empty,
        }
    }

    fn enumerator_len(self: &Arc<Self>) -> Option<usize> {
        match &self.0.kind {
            Kind::List(items) => Some(items.len()),
            Kind::Map(map) => Some(map.len()),
            _ => None,
        }
    }
}

/// A value of ours for minijinja.
pub(super) fn to_jinja(value: &Value) -> Jinja {
    match &value.kind {
        Kind::Null => Jinja::from(()),
        Kind::Bool(b) => Jinja::from(*b),
        Kind::Int(n) => Jinja::from(*n),
        Kind::UInt(n) => Jinja::from(*n),
        Kind::Float(n) => Jinja::from(*n),
        Kind::Str(s) => Jinja::from(s.clone()),
        Kind::List(_) | Kind::Map(_) => Jinja::from_object(Wrapped(value.clone())),
    }
}

/// The value of ours; an error when it is undefined.
pub(super) fn given(value: &Jinja) -> Result<Value, Error> {
    match from_jinja(value, &mut usize::MAX.clone())? {
        Some(value) => Ok(value),
        None => Err(Error::from(ErrorKind::UndefinedError)),
    }
}

/// The value of ours; nothing when it is undefined. `budget` counts down by one for each value made,
/// and for each 64 bytes of text.
pub(super) fn from_jinja(value: &Jinja, budget: &mut usize) -> Result<Option<Value>, Error> {
    if let Some(wrapped) = value.downcast_object_ref::<Wrapped>() {
        return Ok(Some(wrapped.0.clone()));
    }
    let cost = 1 + value.as_str().map_or(0, |s| s.len() / 64);
    *budget = budget.checked_sub(cost).ok_or_else(|| Error::from(ErrorKind::OutOfFuel))?;
    let kind = match value.kind() {
        ValueKind::Undefined => return Ok(None),
        ValueKind::None => Kind::Null,
        ValueKind::Bool => Kind::Bool(value.is_true()),
        ValueKind::Number => number(value)?,
        ValueKind::String => Kind::Str(value.to_str().unwrap_or_default()),
        ValueKind::Seq | ValueKind::Iterable => list(value, budget)?,
        ValueKind::Map => map(value, budget)?,
        other => return Err(refuse(format!("the result is {other}, which YAML has no word for"))),
    };
    Ok(Some(Value::new(kind)))
}

fn number(value: &Jinja) -> Result<Kind, Error> {
    if value.is_integer() {
        if let Some(n) = value.as_i64() {
            return Ok(Kind::Int(n));
        }
        return u64::try_from(value.clone()).map(Kind::UInt).map_err(|_| refuse("the number does not fit 64 bits"));
    }
    match f64::try_from(value.clone()) {
        Ok(n) if n.is_finite() => Ok(Kind::Float(n)),
        _ => Err(refuse("the result is not a finite number")),
    }
}

/// Items that are undefined are left out, as they are in a list of the template.
fn list(value: &Jinja, budget: &mut usize) -> Result<Kind, Error> {
    let mut items = Vec::new();
    for item in value.try_iter()?.checked() {
        items.extend(from_jinja(&item?, budget)?);
    }
    Ok(Kind::List(Arc::new(items)))
}

fn map(value: &Jinja, budget: &mut usize) -> Result<Kind, Error> {
    let mut map = Map::new();
    for key in value.try_iter()?.checked() {
        let key = key?;
        let Some(item) = from_jinja(&value.get_item(&key)?, budget)? else { continue };
        let key = key.to_str().unwrap_or_else(|| key.to_string().into());
        map.put(Entry { key, key_span: Span::NONE, value: item });
    }
    Ok(Kind::Map(Arc::new(map)))
}

/// The variables of one evaluation.
#[derive(Debug)]
pub(super) struct Variables(pub(super) Vec<(Arc<str>, Value)>);

impl Object for Variables {
    fn get_value(self: &Arc<Self>, key: &Jinja) -> Option<Jinja> {
        self.get_value_by_str(key.as_str()?)
    }

    fn get_value_by_str(self: &Arc<Self>, key: &str) -> Option<Jinja> {
        self.0.iter().find(|(name, _)| &**name == key).map(|(_, value)| to_jinja(value))
    }
}
