//! The shapes that the contract is made of: ids, lists of events, lists of commands, lists of choices.

/// A validated text id: `FromStr`, `Display`, serde and JSON Schema from one check.
macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident, $kind:literal, $pattern:literal, $rule:literal, $check:expr) => {
        $(#[$doc])*
        #[derive(
            Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash,
            serde::Serialize, serde::Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

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
                if check(text) {
                    Ok(Self(text.to_owned()))
                } else {
                    Err($crate::ids::InvalidId::new(text, $kind, $rule))
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

/// A UUID of version 7 with a meaning.
macro_rules! uuid_id {
    ($(#[$doc:meta])* $name:ident, $kind:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(uuid::Uuid);

        impl $name {
            /// The bare UUID, for storage.
            #[must_use]
            pub const fn uuid(self) -> uuid::Uuid {
                self.0
            }

            /// Takes a UUID that is known to be of version 7, from a clock or from storage.
            #[must_use]
            pub const fn from_uuid(uuid: uuid::Uuid) -> Self {
                Self(uuid)
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::ids::InvalidId;

            fn from_str(text: &str) -> Result<Self, $crate::ids::InvalidId> {
                match uuid::Uuid::try_parse(text) {
                    Ok(uuid) if uuid.get_version_num() == 7 => Ok(Self(uuid)),
                    _ => Err($crate::ids::InvalidId::new(text, $kind, "a UUID of version 7 is wanted")),
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

/// Declares the events of one thing: an enum over structs of the same name, with the persisted type
/// name and the bilingual title of each.
///
/// The type names are persisted in every log: add new ones, never rename.
macro_rules! events {
    ($(#[$doc:meta])* $vis:vis enum $name:ident {
        $($(#[$variant_doc:meta])* $variant:ident = $type:literal, $zh:literal, $en:literal;)*
    }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
        #[serde(tag = "type", content = "data")]
        $vis enum $name {
            $($(#[$variant_doc])* #[serde(rename = $type)] $variant($variant),)*
        }

        impl $crate::envelope::EventType for $name {
            const TYPES: &'static [$crate::envelope::TypeInfo] = &[
                $($crate::envelope::TypeInfo {
                    name: $type,
                    title: $crate::text::Text { zh: $zh, en: $en },
                },)*
            ];

            fn event_type(&self) -> &'static str {
                match self {
                    $(Self::$variant(_) => $type,)*
                }
            }

            fn payload(&self) -> &dyn std::any::Any {
                match self {
                    $(Self::$variant(data) => data,)*
                }
            }

            fn schemas() -> Vec<(&'static str, schemars::Schema)> {
                vec![$(($type, schemars::schema_for!($variant)),)*]
            }
        }

        $(impl From<$variant> for $name {
            fn from(event: $variant) -> Self {
                Self::$variant(event)
            }
        })*
    };
}

/// Declares the events of a service that a projection takes in, so that only these stand in its `match`: an
/// event that is added to the service later touches no projection that has nothing to do with it. A payload
/// that is declared in another module is named: `Erased(personal::Erased)`.
///
/// ```
/// use onestop_proto::{narrowed, referral};
///
/// narrowed! {
///     /// The events that move custody to the unit that was offered the case.
///     enum Handoff of referral { Offered, Accepted }
/// }
///
/// fn accepts(event: &referral::Event) -> bool {
///     matches!(Handoff::of(event), Some(Handoff::Accepted(_)))
/// }
/// ```
#[macro_export]
macro_rules! narrowed {
    (@payload $module:ident $variant:ident) => { $module::$variant };
    (@payload $module:ident $variant:ident $payload:ty) => { $payload };
    ($(#[$doc:meta])* $vis:vis enum $name:ident of $module:ident {
        $($variant:ident $(($payload:ty))?),* $(,)?
    }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy)]
        $vis enum $name<'a> {
            $(
                #[doc = concat!("`", stringify!($module), "::Event::", stringify!($variant), "`")]
                $variant(&'a $crate::narrowed!(@payload $module $variant $($payload)?)),
            )*
        }

        impl<'a> $name<'a> {
            /// The event, if it is one of these.
            $vis fn of(event: &'a $module::Event) -> Option<Self> {
                #[allow(
                    clippy::wildcard_enum_match_arm,
                    reason = "the other events of the service are left out on purpose"
                )]
                match event {
                    $($module::Event::$variant(event) => Some(Self::$variant(event)),)*
                    _ => None,
                }
            }
        }
    };
}

/// Declares the commands that one service takes: an enum over structs of the same name, what each is
/// called in Chinese, and the last segment of the subject on which it is sent (`cmd.<service>.<name>`).
macro_rules! commands {
    ($(#[$doc:meta])* $vis:vis enum $name:ident {
        $(#[doc = $zh:literal] $variant:ident = $wire:literal;)*
    }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
        #[serde(tag = "command", content = "data")]
        $vis enum $name {
            $(#[doc = $zh] #[serde(rename = $wire)] $variant($variant),)*
        }

        impl $crate::command::CommandType for $name {
            const NAMES: &'static [&'static str] = &[$($wire),*];
            const TITLES: &'static [&'static str] = &[$($zh.trim_ascii()),*];

            fn name(&self) -> &'static str {
                match self {
                    $(Self::$variant(_) => $wire,)*
                }
            }

            fn schemas() -> Vec<(&'static str, schemars::Schema)> {
                vec![$(($wire, schemars::schema_for!($variant)),)*]
            }

            fn data(&self) -> Result<serde_json::Value, serde_json::Error> {
                match self {
                    $(Self::$variant(data) => serde_json::to_value(data),)*
                }
            }

            fn parse(
                name: &str,
                data: serde_json::Value,
            ) -> Result<Self, $crate::rejection::Malformed> {
                match name {
                    $($wire => $crate::rejection::parse_field("data", data).map(Self::$variant),)*
                    unknown => Err($crate::rejection::Malformed {
                        field: "command".to_owned(),
                        problem: format!("there is no command '{unknown}' here"),
                    }),
                }
            }
        }

        $(impl From<$variant> for $name {
            fn from(command: $variant) -> Self {
                Self::$variant(command)
            }
        })*
    };
}

/// The lists of the law and of the practice: an enum in kebab case with its words in both languages.
macro_rules! choices {
    ($(#[$doc:meta])* $vis:vis enum $name:ident {
        $($(#[$variant_doc:meta])* $variant:ident = $wire:literal, $zh:literal, $en:literal;)*
    }) => {
        $(#[$doc])*
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash,
            serde::Serialize, serde::Deserialize,
        )]
        $vis enum $name {
            $($(#[$variant_doc])* #[serde(rename = $wire)] $variant,)*
        }

        /// Each choice with its words in both languages, so that a form can be made of the schema.
        impl schemars::JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({
                    "oneOf": [$({ "const": $wire, "title": $en, "x-zh": $zh, "type": "string" }),*]
                })
            }
        }

        impl $name {
            /// Every choice, in the order of the list.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// As written in events and on the command line.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $wire,)*
                }
            }

            /// As read by people.
            #[must_use]
            pub const fn text(self) -> $crate::text::Text {
                match self {
                    $(Self::$variant => $crate::text::Text { zh: $zh, en: $en },)*
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::text::UnknownChoice;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::ALL.iter().copied().find(|choice| choice.as_str() == text).ok_or_else(|| {
                    $crate::text::UnknownChoice {
                        text: text.chars().take(60).collect(),
                        known: Self::ALL.iter().map(|choice| choice.as_str()).collect::<Vec<_>>().join(", "),
                    }
                })
            }
        }
    };
}

/// Declares the questions that a service answers: an enum over the types of their data, with the last segment of
/// each one's subject (`qry.<service>.<name>`) and the type of its answer. With `of`, the one service that
/// answers them.
macro_rules! questions {
    ($(#[$doc:meta])* $vis:vis enum $name:ident $(of $service:path)? {
        $($variant:ident = $wire:literal: $query:ident => $answer:ident;)*
    }) => {
        $(#[$doc])*
        #[derive(Debug, Clone)]
        $vis enum $name {
            $(#[doc = concat!("`", $wire, "`")] $variant($query),)*
        }

        impl $name {
            /// The last segment of each question's subject.
            pub const NAMES: &'static [&'static str] = &[$($wire),*];

            /// Reads the data of a request that came in on the subject of `name`.
            ///
            /// # Errors
            /// If there is no such question, or the data does not fit it.
            pub fn parse(
                name: &str,
                data: serde_json::Value,
            ) -> Result<Self, $crate::rejection::Malformed> {
                match name {
                    $($wire => $crate::query::QuestionType::parse(data).map(Self::$variant),)*
                    unknown => Err($crate::rejection::Malformed {
                        field: "question".to_owned(),
                        problem: format!("there is no question '{unknown}' here"),
                    }),
                }
            }

            /// The schemas of each question, in the order of declaration.
            #[must_use]
            pub fn schemas() -> Vec<$crate::query::QuestionSchema> {
                vec![$($crate::query::QuestionSchema {
                    name: $wire,
                    data: schemars::schema_for!($query),
                    answer: schemars::schema_for!($answer),
                }),*]
            }
        }

        $(impl $crate::query::QuestionType for $query {
            const NAME: &'static str = $wire;
            type Answer = $answer;
        })*

        questions!(@service $($service)? => $($query)*);
    };
    (@service => $($query:ident)*) => {};
    (@service $service:path => $($query:ident)*) => {
        $(impl $crate::query::ServiceQuestion for $query {
            fn service() -> $crate::actor::ServiceName {
                $service()
            }
        })*
    };
}

/// A question that needs no data: `null` is sent, and whatever comes is ignored.
macro_rules! question_without_data {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
        pub struct $name;

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_unit()
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                serde::de::IgnoredAny::deserialize(deserializer).map(|_| Self)
            }
        }

        impl schemars::JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                <() as schemars::JsonSchema>::schema_name()
            }

            fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
                <() as schemars::JsonSchema>::json_schema(generator)
            }
        }
    };
}

/// Shows a list of rejections as the sentence that the catalogue has for it.
macro_rules! explained {
    ($name:ident) => {
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&$crate::rejection::Explain::message(self).en)
            }
        }

        impl std::error::Error for $name {}
    };
}
