//! Every id is a type of its own; parsing is the only way in, and serde uses it.
//!
//! Ids made from randomness (cases, events, handoffs) are UUIDs of version 7, so that they sort by the
//! time they were made. A command's id is chosen by its caller, and may be any UUID. Ids of places and
//! people are short texts with one stated alphabet. The ids of cases and handoffs are *derived* from the
//! command that caused them; so are those under which a log keeps its records, by which it finds a
//! repeated command again.

mod case_ref;
pub mod official_number;
pub mod short_code;

use std::sync::LazyLock;

use data_encoding::{Encoding, Specification};
use sha2::{Digest, Sha256};
use uuid::Uuid;

pub use self::case_ref::CaseRef;
pub use crate::invalid_id::InvalidId;
use crate::{division::DivisionCode, partition::Partition, time::Timestamp, typed::code_signs};

uuid_id! {
    /// A case (案件): what one citizen asked for, from the window to the archive. Of version 8 where an installation is divided
    /// into partitions.
    CaseId, "a case id", version 7 or 8
}
uuid_id! {
    /// An event, unique over all services and for ever.
    EventId, "an event id"
}
uuid_id! {
    /// A command: the idempotency key. The same key twice means the same request, asked again.
    CommandId, "a command id", any version
}
uuid_id! {
    /// One offer of custody to one unit (转办).
    HandoffId, "a handoff id"
}

impl CommandId {
    /// The id of the `index`th event that this command causes in `service`, which writes it `at` a moment: two
    /// services that take commands of one key give two ids, and ids sort by when events were written.
    pub fn event_of(self, service: &str, index: usize, at: Timestamp) -> EventId {
        let derived = derive(self.0, &format!("event/{service}/{index}"));
        EventId(at_time(derived, at))
    }

    /// The id under which the log of `service` keeps the `index`th event of this command. It follows from the key
    /// alone, so that a repeated command is found, whenever it comes.
    pub fn record(self, service: &str, index: usize) -> Uuid {
        derive(self.0, &format!("record/{service}/{index}"))
    }

    /// The id that version 0.1.0 gave to the `index`th event of this command, and to its record. Logs hold them for
    /// ever.
    pub fn event(self, index: usize) -> EventId {
        EventId(derive(self.0, &format!("event/{index}")))
    }

    /// The id of the case that this command opens.
    pub fn case(self) -> CaseId {
        CaseId(derive(self.0, "case"))
    }

    /// The same, where the case is decided in a partition: the id is of version 8 and ends in the four digits of the prefecture.
    pub fn case_in(self, partition: Partition) -> CaseId {
        let mut bytes = self.case().0.into_bytes();
        bytes[6] = 0x80 | (bytes[6] & 0x0f);
        bytes[14..].copy_from_slice(&partition.suffix());
        CaseId(Uuid::from_bytes(bytes))
    }

    /// The id of the handoff that this command offers.
    pub fn handoff(self) -> HandoffId {
        HandoffId(derive(self.0, "handoff"))
    }

    /// The key of the command that this command makes another service carry out.
    pub fn forwarded(self, to: &str) -> CommandId {
        CommandId(derive(self.0, &format!("forwarded/{to}")))
    }
}

impl CaseId {
    /// The partition that decides it; `None` of a case that was opened where there is one for all.
    pub fn partition(self) -> Option<Partition> {
        if self.0.get_version_num() != 8 {
            return None;
        }
        let bytes = self.0.as_bytes();
        Partition::of_suffix([bytes[14], bytes[15]])
    }

    /// The subject of a site's events in the registry's log. It is no case: it follows from the site alone.
    pub fn of_site(site: &SiteId) -> Self {
        Self(derive(Uuid::nil(), &format!("site/{site}")))
    }
}

impl EventId {
    /// The key of the command that a policy of `service` issues in reaction to this event. Delivered
    /// twice, it gives the same key, so the command is carried out once.
    pub fn reaction_by(self, service: &str) -> CommandId {
        CommandId(derive(self.0, &format!("heard/{service}")))
    }
}

/// A version 7 UUID with the time of `base` and 74 bits of SHA-256 over `base` and `purpose`.
fn derive(base: Uuid, purpose: &str) -> Uuid {
    let mut hasher = Sha256::new();
    hasher.update(base.as_bytes());
    hasher.update(purpose.as_bytes());
    let digest = hasher.finalize();
    let mut bytes = [0_u8; 16];
    bytes.copy_from_slice(&digest[..16]);
    bytes[..6].copy_from_slice(&base.as_bytes()[..6]);
    bytes[6] = 0x70 | (bytes[6] & 0x0f);
    bytes[8] = 0x80 | (bytes[8] & 0x3f);
    Uuid::from_bytes(bytes)
}

/// The same UUID of version 7 with the time `at`, in milliseconds.
fn at_time(derived: Uuid, at: Timestamp) -> Uuid {
    let millis = u64::try_from(at.as_micros() / 1_000).unwrap_or(0);
    let mut bytes = derived.into_bytes();
    bytes[..6].copy_from_slice(&millis.to_be_bytes()[2..]);
    Uuid::from_bytes(bytes)
}

pub(crate) fn is_kebab(text: &str) -> bool {
    let inner = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    (1..=40).contains(&text.len())
        && text.bytes().all(inner)
        && text.starts_with(|c: char| c.is_ascii_lowercase())
        && !text.ends_with('-')
}

text_id! {
    /// A public legal service site (公共法律服务中心、站): its own id, not its division's code,
    /// because a site can move, merge and outlive a division.
    SiteId, "a site id", "^s[0-9a-z]{8}$", "'s' and eight digits or small letters are wanted",
    is_site
}

fn is_site(text: &str) -> bool {
    let inner = |b: u8| b.is_ascii_digit() || b.is_ascii_lowercase();
    text.len() == 9 && text.starts_with('s') && text.bytes().all(inner)
}

impl SiteId {
    /// The id of a site that was derived from a division by rule, for as long as no bureau has
    /// supplied its own list: 40 bits of SHA-256 in Crockford's alphabet. The directory refuses to
    /// load if two divisions ever collide.
    pub fn derived(division: DivisionCode) -> Self {
        // Made once: the directory derives sixteen thousand at each start.
        static CROCKFORD: LazyLock<Option<Encoding>> = LazyLock::new(|| {
            let mut crockford = Specification::new();
            let symbols = "0123456789abcdefghjkmnpqrstvwxyz";
            crockford.symbols.push_str(symbols);
            // 32 distinct ASCII symbols are all that it asks for.
            crockford.encoding().ok()
        });
        let digest = Sha256::digest(format!("site/{division}").as_bytes());
        let encoded = CROCKFORD
            .as_ref()
            .map(|crockford| crockford.encode(&digest[..5]));
        Self(format!("s{}", encoded.unwrap_or_default()))
    }
}

text_id! {
    /// A unit: a body that can have custody, such as a site's window or a county's legal aid agency.
    /// Written `<site>.<kind>`, as in `s4k2m9qxa.legal-aid`.
    UnitId, "a unit id", "^s[0-9a-z]{8}\\.[a-z][a-z0-9-]*$",
    "'<site id>.<kind>' is wanted, such as s4k2m9qxa.window",
    |text| text.split_once('.').is_some_and(|(site, kind)|
        is_site(site) && is_kebab(kind))
}

impl UnitId {
    /// The unit of this kind at a site.
    pub fn at(site: &SiteId, kind: &UnitKind) -> Self {
        Self(format!("{site}.{kind}"))
    }

    /// The part before the dot: the site that houses the unit.
    pub fn site(&self) -> &str {
        self.0
            .split_once('.')
            .map_or(self.0.as_str(), |(site, _)| site)
    }
}

text_id! {
    /// What a unit is at its site: `window`, `legal-aid`, `notarization`, ….
    UnitKind, "a kind of unit", "^[a-z][a-z0-9-]{0,39}$",
    "small letters, digits and hyphens, starting with a letter, are wanted", is_kebab
}

text_id! {
    /// A service item (服务事项), such as `legal-aid`. Which items exist is the directory's business:
    /// a new one moves in as data.
    ServiceItem, "a service item", "^[a-z][a-z0-9-]{0,39}$",
    "small letters, digits and hyphens, starting with a letter, are wanted", is_kebab
}

impl ServiceItem {
    /// Legal aid (法律援助).
    pub fn legal_aid() -> Self {
        Self("legal-aid".to_owned())
    }

    /// Notarization (公证).
    pub fn notarization() -> Self {
        Self("notarization".to_owned())
    }

    /// People's mediation (人民调解).
    pub fn mediation() -> Self {
        Self("mediation".to_owned())
    }

    /// Legal consultation (法律咨询), which a window answers itself.
    pub fn consultation() -> Self {
        Self("consultation".to_owned())
    }
}

text_id! {
    /// What within an item it is about (事项类别), such as `labour-pay`; listed by the directory.
    Topic, "a topic", "^[a-z][a-z0-9-]{0,39}$",
    "small letters, digits and hyphens, starting with a letter, are wanted", is_kebab
}

text_id! {
    /// The number on the citizen's receipt, issued by the site alone:
    /// `<site>-<yymmdd>-<sequence>`, as in `s4k2m9qxa-261123-001`.
    CaseNumber, "a case number", "^s[0-9a-z]{8}-[0-9]{6}-[0-9]{3,}$",
    "'<site id>-<yymmdd>-<sequence>' is wanted",
    |text| {
        let mut parts = text.split('-');
        matches!((parts.next(), parts.next(), parts.next(), parts.next()),
            (Some(site), Some(day), Some(sequence), None)
            if is_site(site)
                && day.len() == 6 && day.bytes().all(|b| b.is_ascii_digit())
                && (3..=9).contains(&sequence.len())
                && sequence.bytes().all(|b| b.is_ascii_digit()))
    },
    typed: with_hyphens
}

text_id! {
    /// A member of staff, by account name; never a citizen.
    StaffId, "a staff id", "^[a-z][a-z0-9-]{0,39}$",
    "small letters, digits and hyphens, starting with a letter, are wanted", is_kebab
}

/// The number that people typed, in capitals, in full width, with any dash or none: its signs, with a hyphen behind the
/// site and one behind the day.
fn with_hyphens(typed: &str) -> Option<String> {
    let signs = code_signs(typed).to_lowercase();
    let (site, day, sequence) = (signs.get(..9)?, signs.get(9..15)?, signs.get(15..)?);
    Some(format!("{site}-{day}-{sequence}"))
}

#[cfg(test)]
mod tests;
