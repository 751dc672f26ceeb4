//! Questions.

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
                let data = $crate::typed::visible(data);
                match name {
                    $($wire => $crate::query::QuestionType::parse(data).map(Self::$variant),)*
                    unknown => Err($crate::rejection::Malformed::new(
                        "question",
                        format!("there is no question '{unknown}' here"),
                    )),
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
