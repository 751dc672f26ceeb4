//! Choices.

/// The lists of the law and of the practice: an enum in kebab case with its words in both languages, which document
/// each choice; a comment on one says what they don't.
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
            $(
                #[doc = concat!($zh, ": ", $en)]
                #[doc = ""]
                $(#[$variant_doc])*
                #[serde(rename = $wire)]
                $variant,
            )*
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
