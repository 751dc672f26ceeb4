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

/// Shows a list of rejections as the sentence that the catalogue has for it; and says, where the kinds are given, of which kind
/// each is, in which list of the catalogue its sentence stands, and by which function its facts get their labels. What is no
/// rejection of its own is another list's, which the variant after `..` holds.
macro_rules! explained {
    ($name:ident) => {
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&$crate::rejection::Explain::message(self).en)
            }
        }

        impl std::error::Error for $name {}
    };
    ($name:ident in $list:literal $(with $labels:ident)?;
     $($kind:ident: $($variant:ident),+;)+
     $(..$inner:ident($other:ty))?) => {
        explained!($name);

        impl $crate::rejection::Explain for $name {
            fn kind(&self) -> $crate::rejection::RejectionKind {
                match self {
                    $($(Self::$variant { .. })|+ => $crate::rejection::RejectionKind::$kind,)+
                    $(Self::$inner(other) => $crate::rejection::Explain::kind(other),)?
                }
            }

            fn list(&self) -> &'static str {
                $(if let Self::$inner(other) = self {
                    return $crate::rejection::Explain::list(other);
                })?
                $list
            }

            fn words(&self) -> Vec<(&'static str, $crate::text::Words)> {
                $(if let Self::$inner(other) = self {
                    return $crate::rejection::Explain::words(other);
                })?
                explained!(@labels self $($labels)?)
            }
        }

        $(impl From<$other> for $name {
            fn from(other: $other) -> Self {
                Self::$inner(other)
            }
        })?
    };
    (@labels $rejection:ident) => {
        Vec::new()
    };
    (@labels $rejection:ident $labels:ident) => {
        $rejection.$labels()
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
