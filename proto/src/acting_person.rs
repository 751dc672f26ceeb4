//! Who acts in a case (承办人员), as one service tells the others: no person acts for both sides of a dispute, in whatever services
//! the two cases are (律师法 art. 39, 法律援助法 art. 38).

use serde::{Deserialize, Serialize};

use crate::{actor::ServiceName, ids::StaffId, numbers::LicenceNumber};

choices! {
    /// In what role a person acts in a case.
    pub enum ActingRole {
        /// As a lawyer, a legal worker or an adviser.
        ForParty = "for-party", "为一方当事人", "for a party";
        /// As a mediator or a notary.
        Impartial = "impartial", "居中", "between the parties";
    }
}

/// A person who acts, or acted, in a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct ActingPerson {
    /// The service in which they act.
    pub service: ServiceName,
    /// In what role.
    pub role: ActingRole,
    /// The number of the licence, as it is compared; nothing where none is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub licence: Option<String>,
    /// The id that commands use; nothing where the person is known by the licence alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub staff: Option<StaffId>,
}

impl ActingPerson {
    /// A person who is known by the licence, and acts for a party.
    pub fn licensed(service: ServiceName, licence: &str) -> Self {
        Self {
            service,
            role: ActingRole::ForParty,
            licence: Some(LicenceNumber::key(licence)),
            staff: None,
        }
    }

    /// A person who is known by the id.
    pub const fn known(service: ServiceName, role: ActingRole, staff: StaffId) -> Self {
        Self {
            service,
            role,
            licence: None,
            staff: Some(staff),
        }
    }

    /// What a reader knows the person by.
    pub fn label(&self) -> &str {
        let staff = self.staff.as_ref().map(StaffId::as_str);
        staff.or(self.licence.as_deref()).unwrap_or_default()
    }

    /// Whether it is one person, who may not act on both sides of a dispute. Who stands between the parties may do so in both
    /// cases of one service: one mediation has one committee.
    pub fn conflicts_with(&self, other: &Self) -> bool {
        let both_impartial = [self, other]
            .iter()
            .all(|one| one.role == ActingRole::Impartial);
        let is_one_office = both_impartial && self.service == other.service;
        self.is_same_person(other) && !is_one_office
    }

    fn is_same_person(&self, other: &Self) -> bool {
        let same_licence = self.licence.is_some() && self.licence == other.licence;
        let same_id = self.staff.is_some() && self.staff == other.staff;
        same_licence || same_id
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{legal_aid, mediation, notarization};

    const LICENCE: &str = "15308202610000001";

    fn mediator(licence: Option<&str>) -> ActingPerson {
        let known = ActingPerson::known(
            mediation::service(),
            ActingRole::Impartial,
            "yang-mei".parse().unwrap(),
        );
        ActingPerson {
            licence: licence.map(str::to_owned),
            ..known
        }
    }

    /// 律师法 art. 39: by the licence, however it was typed, or by the id.
    #[test]
    fn one_person_is_known_by_licence_or_id() {
        let typed = "执业证号：１５３０８２０２６１０００００01";
        let lawyer = ActingPerson::licensed(legal_aid::service(), typed);
        assert!(lawyer.conflicts_with(&mediator(Some(LICENCE))));
        assert!(mediator(Some(LICENCE)).conflicts_with(&lawyer));
        assert!(!lawyer.conflicts_with(&mediator(Some("15308202610000002"))));
        assert!(
            !lawyer.conflicts_with(&mediator(None)),
            "nothing is known in common"
        );
        let notary = ActingPerson {
            service: notarization::service(),
            ..mediator(None)
        };
        assert!(notary.conflicts_with(&mediator(None)));
        let again = ActingPerson::licensed(legal_aid::service(), LICENCE);
        assert!(again.conflicts_with(&lawyer), "in one service too");
    }

    /// 人民调解法: one mediation has one committee, whose mediator hears both.
    #[test]
    fn a_mediator_hears_both_sides() {
        assert!(!mediator(Some(LICENCE)).conflicts_with(&mediator(Some(LICENCE))));
    }
}
