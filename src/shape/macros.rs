//! The declarations: `shape!` for closed mappings, `choice!` for one word out of a set.

/// Declares a struct that is read from a closed mapping.
///
/// The key of a field is its name; where that is not the key of the spec language, the key stands
/// behind it: `value_files ("valueFiles"): Type`. `field: Type = value` is a field with a default, which also shows in the
/// schema. Doc comments become the descriptions of the schema.
#[macro_export]
macro_rules! shape {
    (
        $(#[doc = $doc:literal])+
        $name:ident {
            $( $(#[doc = $fdoc:literal])+ $field:ident $(($key:literal))? : $type:ty $(= $default:expr)? , )*
        }
        $(check $check:path)?
    ) => {
        $(#[doc = $doc])+
        #[derive(Clone, Debug)]
        pub struct $name {
            /// Where the mapping stands.
            #[allow(dead_code, reason = "each mapping knows its place, whether or not it is asked for yet")]
            pub span: $crate::base::Span,
            $( $(#[doc = $fdoc])+ pub $field: $type, )*
        }

        impl $name {
            /// The keys of the mapping.
            pub const KEYS: &'static [&'static str] = &[$( $crate::shape_key!($field $(, $key)?) ),*];
        }

        impl $crate::shape::Shape for $name {
            #[allow(unused_variables, unused_mut)]
            fn read(cx: &mut $crate::shape::Reader, value: &$crate::base::Value) -> Option<Self> {
                let Some(map) = value.as_map() else {
                    cx.not_a_mapping(value, Self::KEYS);
                    return None;
                };
                $( let mut $field: Option<Option<$type>> = None; )*
                for entry in map {
                    match &*entry.key {
                        $( $crate::shape_key!($field $(, $key)?) => {
                            if !cx.is_removal(&entry.value) {
                                $field = Some(cx.at(&entry.key, |cx| <$type as $crate::shape::Shape>::read(cx, &entry.value)));
                            }
                        } )*
                        // Read as what was likely meant, so that it is not found to be missing.
                        _ => match cx.unknown_key(entry, Self::KEYS) {
                            $( Some($crate::shape_key!($field $(, $key)?)) if $field.is_none() => {
                                $field = Some(cx.tentative(|cx| <$type as $crate::shape::Shape>::read(cx, &entry.value)));
                            } )*
                            _ => {}
                        },
                    }
                }
                $( let $field = match $field {
                    Some(read) => read.or_else(<$type as $crate::shape::Shape>::fallback),
                    None => $crate::shape_absent!(cx, value.span, $type, $crate::shape_key!($field $(, $key)?) $(, $default)?),
                }; )*
                let read = $name { span: value.span, $( $field: $field?, )* };
                $( $check(cx, &read); )?
                Some(read)
            }

            fn schema(schemas: &mut $crate::shape::Schemas) -> serde_json::Value {
                schemas.named(stringify!($name), |schemas| {
                    let properties = vec![$( (
                        $crate::shape_key!($field $(, $key)?).to_owned(),
                        $crate::shape::describe(
                            <$type as $crate::shape::Shape>::schema(schemas),
                            &[$($fdoc),+],
                            $crate::shape_default!($($default)?),
                        ),
                    ) ),*];
                    let required: Vec<&str> = vec![$( $crate::shape_required!($type, $crate::shape_key!($field $(, $key)?) $(, $default)?) ),*]
                        .into_iter().flatten().collect();
                    $crate::shape::closed(&[$($doc),+], properties, &required)
                })
            }
        }
    };
}

/// The key of a field.
#[doc(hidden)]
#[macro_export]
macro_rules! shape_key {
    ($field:ident) => {
        stringify!($field)
    };
    ($field:ident, $key:literal) => {
        $key
    };
}

/// What stands for a field that is left out.
#[doc(hidden)]
#[macro_export]
macro_rules! shape_absent {
    ($cx:expr, $span:expr, $type:ty, $key:expr) => {
        <$type as $crate::shape::Shape>::absent($cx, $span, $key)
    };
    ($cx:expr, $span:expr, $type:ty, $key:expr, $default:expr) => {
        <$type as $crate::shape::Shape>::read($cx, &$crate::base::Value::from($default))
    };
}

/// The default as JSON.
#[doc(hidden)]
#[macro_export]
macro_rules! shape_default {
    () => {
        None
    };
    ($default:expr) => {
        Some(serde_json::json!($default))
    };
}

/// The key, if the field must be there.
#[doc(hidden)]
#[macro_export]
macro_rules! shape_required {
    ($type:ty, $key:expr) => {
        if <$type as $crate::shape::Shape>::REQUIRED { Some($key) } else { None }
    };
    ($type:ty, $key:expr, $default:expr) => {
        None::<&str>
    };
}

/// Declares an enum that is read from one word out of a set.
#[macro_export]
macro_rules! choice {
    (
        $(#[doc = $doc:literal])+
        $name:ident { $( $(#[doc = $vdoc:literal])+ $variant:ident = $word:literal, )+ }
    ) => {
        $(#[doc = $doc])+
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $( $(#[doc = $vdoc])+ $variant, )+ }

        impl $name {
            /// The words of the set.
            pub const WORDS: &'static [&'static str] = &[$($word),+];

            /// The word.
            #[must_use]
            pub fn word(self) -> &'static str {
                match self { $( $name::$variant => $word, )+ }
            }
        }

        impl $crate::shape::Shape for $name {
            fn read(cx: &mut $crate::shape::Reader, value: &$crate::base::Value) -> Option<Self> {
                match value.as_str() {
                    $( Some($word) => Some($name::$variant), )+
                    Some(other) => { cx.unknown_value(value.span, other, Self::WORDS); None }
                    None => { cx.wrong_type(value, "a string"); None }
                }
            }

            fn schema(_: &mut $crate::shape::Schemas) -> serde_json::Value {
                $crate::shape::choice(&[$($doc),+ $(, concat!("- `", $word, "`:", $($vdoc),+))+], Self::WORDS)
            }
        }
    };
}
