//! Commands, and the sentences of what is rejected.

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
                let data = $crate::typed::visible(data);
                match name {
                    $($wire => $crate::rejection::parse_described("data", data).map(Self::$variant),)*
                    unknown => Err($crate::rejection::Malformed::new(
                        "command",
                        format!("there is no command '{unknown}' here"),
                    )),
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

/// Makes a decision of each command that decides it at once or drafts it, from the field that both have.
macro_rules! drafted {
    ($($($command:ident),+ => $decision:ident { $field:ident };)+) => {
        $($(impl From<&$command> for DraftedDecision {
            fn from(command: &$command) -> Self {
                let $field = command.$field;
                Self::$decision { $field }
            }
        })+)+
    };
}
