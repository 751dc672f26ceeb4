//! Ids.

/// A validated text id: `FromStr`, `Display`, serde and JSON Schema from one check. What people type can be read in other
/// forms too.
macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident, $kind:literal, $pattern:literal, $rule:literal, $check:expr) => {
        text_id! { $(#[$doc])* $name, $kind, $pattern, $rule, $check, typed: |_| None }
    };
    (
        $(#[$doc:meta])* $name:ident, $kind:literal, $pattern:literal, $rule:literal, $check:expr,
        typed: $typed:expr
    ) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        serde_as_text!($name);

        impl $name {
            /// The id as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::ids::InvalidId;

            fn from_str(text: &str) -> Result<Self, $crate::ids::InvalidId> {
                let check: fn(&str) -> bool = $check;
                let typed: fn(&str) -> Option<String> = $typed;
                if check(text) {
                    return Ok(Self(text.to_owned()));
                }
                let read = typed(text).filter(|read| check(read));
                read.map(Self).ok_or_else(|| $crate::ids::InvalidId::new(text, $kind, $rule))
            }
        }

        impl TryFrom<String> for $name {
            type Error = $crate::ids::InvalidId;

            fn try_from(text: String) -> Result<Self, $crate::ids::InvalidId> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> String {
                id.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl schemars::JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({ "type": "string", "pattern": $pattern })
            }
        }
    };
}

/// A UUID with a meaning: of version 7, or, where the caller chooses it, of any version.
macro_rules! uuid_id {
    ($(#[$doc:meta])* $name:ident, $kind:literal) => {
        uuid_id! { @of $(#[$doc])* $name, $kind, "a UUID of version 7 is wanted", |version| version == 7 }
    };
    ($(#[$doc:meta])* $name:ident, $kind:literal, version 7 or 8) => {
        uuid_id! { @of $(#[$doc])* $name, $kind, "a UUID of version 7 or 8 is wanted", |version| version == 7 || version == 8 }
    };
    ($(#[$doc:meta])* $name:ident, $kind:literal, any version) => {
        uuid_id! { @of $(#[$doc])* $name, $kind, "a UUID is wanted", |version| (1..=8).contains(&version) }
    };
    (@of $(#[$doc:meta])* $name:ident, $kind:literal, $rule:literal, $check:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(uuid::Uuid);

        serde_as_text!($name);

        impl $name {
            /// The bare UUID, for storage.
            #[must_use]
            pub const fn uuid(self) -> uuid::Uuid {
                self.0
            }

            /// Takes a UUID that is known to fit, from a clock or from storage.
            #[must_use]
            pub const fn from_uuid(uuid: uuid::Uuid) -> Self {
                Self(uuid)
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::ids::InvalidId;

            fn from_str(text: &str) -> Result<Self, $crate::ids::InvalidId> {
                let check: fn(usize) -> bool = $check;
                match uuid::Uuid::try_parse(text) {
                    Ok(uuid) if check(uuid.get_version_num()) => Ok(Self(uuid)),
                    _ => Err($crate::ids::InvalidId::new(text, $kind, $rule)),
                }
            }
        }

        impl TryFrom<String> for $name {
            type Error = $crate::ids::InvalidId;

            fn try_from(text: String) -> Result<Self, $crate::ids::InvalidId> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> String {
                id.0.to_string()
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl schemars::JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({ "type": "string", "format": "uuid" })
            }
        }
    };
}
