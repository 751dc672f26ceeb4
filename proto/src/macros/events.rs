//! Events.

/// Declares the events of one thing: an enum over structs of the same name, with the persisted type
/// name and the bilingual title of each.
///
/// The type names are persisted in every log: add new ones, never rename. A new version of a type replaces the
/// one before, and names it with the struct of its data: `…v2", "…", "…", from ParkedV1 = "…v1"`. The
/// present struct is made from the former one by `From`.
macro_rules! events {
    ($(#[$doc:meta])* $vis:vis enum $name:ident {
        $($(#[$variant_doc:meta])* $variant:ident = $type:literal, $zh:literal, $en:literal
            $(, from $former:ident = $former_type:literal)*;)*
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

            const FORMER: &'static [$crate::envelope::FormerType] = &[
                $($($crate::envelope::FormerType {
                    info: $crate::envelope::TypeInfo {
                        name: $former_type,
                        title: $crate::text::Text { zh: $zh, en: $en },
                    },
                    current: $type,
                    schema: || schemars::schema_for!($former),
                },)*)*
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

            fn encode_data(&self) -> Result<$crate::raw_json::RawJson, serde_json::Error> {
                match self {
                    $(Self::$variant(data) => $crate::raw_json::RawJson::of(data),)*
                }
            }

            fn read(
                event_type: &str,
                data: &$crate::raw_json::RawJson,
            ) -> Result<Option<Self>, serde_json::Error> {
                let read = match event_type {
                    $($type => Self::$variant(data.parse()?),)*
                    $($($former_type => {
                        let former: $former = data.parse()?;
                        Self::$variant(former.into())
                    })*)*
                    _ => return Ok(None),
                };
                Ok(Some(read))
            }
        }

        $(impl From<$variant> for $name {
            fn from(event: $variant) -> Self {
                Self::$variant(event)
            }
        })*
    };
}

/// Declares the events of one kind that several services write, by the ends of their type names: an enum over their
/// payloads, with `of` for an event of a service and `parse` for an event of any.
macro_rules! shared_events {
    ($(#[$doc:meta])* $vis:vis enum $name:ident {
        $($variant:ident($payload:ident) = $type:literal;)*
    }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq)]
        $vis enum $name {
            $(
                #[doc = concat!("See [`", stringify!($payload), "`].")]
                $variant($payload),
            )*
        }

        impl $name {
            /// The event of this kind that an event of a service is; `None` if it is about something else.
            #[must_use]
            $vis fn of(event: &impl $crate::envelope::EventType) -> Option<Self> {
                let payload = event.payload();
                $(if let Some(data) = payload.downcast_ref::<$payload>() {
                    return Some(Self::$variant(data.clone()));
                })*
                None
            }

            /// Parses such an event of any service, a service that this release does not know included; `None` if
            /// the event is about something else.
            ///
            /// # Errors
            /// If the data does not fit the type.
            $vis fn parse(
                event: &$crate::envelope::RawEvent,
            ) -> Result<Option<Self>, serde_json::Error> {
                let data = &event.data;
                Ok(Some(match $crate::envelope::event_name(&event.event_type) {
                    $($type => Self::$variant(data.parse()?),)*
                    _ => return Ok(None),
                }))
            }
        }
    };
}

/// Declares the events of a service that a projection takes in, so that its `match` lists only these: an event
/// that is added to the service later changes no projection that does not use it. A payload that is declared in
/// another module is named: `Erased(personal::Erased)`.
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
