//! The applicants and their request, in clear: only in commands and in answers to those who may know, never in an
//! event.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{Guardian, LegalCapacity, SpokenLanguage};

/// The applicants and their request.
///
/// Before it held several people it held one, as `name` and `phone`: sealed in old events, that form is
/// read as one person.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(try_from = "Written")]
#[schemars(!try_from)]
pub struct Applicant {
    /// The people who ask together; at least one.
    pub people: Vec<Person>,
    /// Who speaks for them, if they do not themselves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent: Option<Agent>,
    /// What happened, in the citizen's words (诉求摘要).
    #[serde(default)]
    pub summary: String,
    /// The other parties to a dispute (被申请人), in an order that stays: others name them by their place, from 1.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub respondents: Vec<Respondent>,
}

/// Another party to a dispute (被申请人).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Respondent {
    /// Name.
    pub name: String,
    /// Telephone, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// Where the person lives, where it is known (住址).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
}

/// An applicant (申请人).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Person {
    /// Name (姓名); empty where the person stays unnamed.
    pub name: String,
    /// Whether the person does not want to say who they are (匿名咨询): only where the law needs no identity.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub anonymous: bool,
    /// Telephone; none if the person has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// The document that says who it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document: Option<Document>,
    /// The language that this person speaks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<SpokenLanguage>,
    /// Where the person lives (住址).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// Date of birth, where no identity number says it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub birth: Option<Date>,
    /// What the person lacks of the capacity for civil acts, where it is not for their age.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capacity: Option<LegalCapacity>,
}

/// An identity document (证件).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Document {
    /// What it is.
    pub kind: DocumentKind,
    /// Its number; nothing where none is at hand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
}

choices! {
    /// What documents people come with.
    pub enum DocumentKind {
        /// A resident identity card (GB 11643-1999).
        IdentityCard = "identity-card", "居民身份证", "resident identity card";
        /// An identity number of the old form, fifteen digits.
        OldIdentityCard = "old-identity-card", "十五位旧身份证", "old identity card of fifteen digits";
        Passport = "passport", "护照", "passport";
        /// A residence permit: of a foreigner, or of a resident of Hong Kong, Macao or Taiwan.
        ResidencePermit = "residence-permit", "居留证、居住证", "residence permit";
        /// A residence permit of a resident of Hong Kong, Macao or Taiwan: eighteen digits that begin with 81, 82 or 83.
        HmtResidencePermit = "hmt-residence-permit", "港澳台居民居住证", "residence permit of Hong Kong, Macao and Taiwan residents";
        /// A foreigner's permanent residence card of 2023: eighteen digits that begin with 9.
        PermanentResidenceCard = "permanent-residence-card", "外国人永久居留身份证（2023版）", "foreigner's permanent residence card (2023)";
        /// The permit with which a resident of Hong Kong or Macao travels to the mainland: H or M, and eight digits.
        HmtTravelPermit = "hmt-travel-permit", "港澳居民来往内地通行证", "mainland travel permit for Hong Kong and Macao residents";
        /// The permit with which a resident of Taiwan travels to the mainland (台胞证): eight digits.
        TaiwanTravelPermit = "taiwan-travel-permit", "台湾居民来往大陆通行证", "mainland travel permit for Taiwan residents";
        /// The unified social credit code of a company or body (GB 32100-2015): it is no natural person.
        CreditCode = "credit-code", "统一社会信用代码（法人、其他组织）", "unified social credit code (a company or body)";
        Other = "other", "其他证件", "another document";
        /// None at hand: it is looked at later.
        None = "none", "未带证件", "none at hand";
    }
}

/// Who speaks for the people who ask (代理人).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Agent {
    /// In what capacity.
    pub kind: AgentKind,
    /// Of a statutory agent: why it is they who are the guardian.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub guardian: Option<Guardian>,
    /// Name.
    pub name: String,
    /// Telephone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// The document that says who it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document: Option<Document>,
    /// What the authority rests on: the kinship, the letter of attorney.
    #[serde(default)]
    pub authority: String,
}

choices! {
    /// In what capacity an agent acts (法律援助法 art. 40).
    pub enum AgentKind {
        /// By law: a parent, a guardian.
        Statutory = "statutory", "法定代理人", "statutory agent";
        /// Who represents a company or body by law and its articles (民法典 art. 61).
        LegalRepresentative = "legal-representative", "法定代表人", "legal representative of a company or body";
        Entrusted = "entrusted", "委托代理人", "entrusted agent";
        Kin = "kin", "近亲属", "near kin";
        /// The community or a body that looks after the person.
        Community = "community", "居（村）委会、有关单位", "a community or body";
    }
}

impl Applicant {
    /// One person, of whom nothing but the name is known.
    pub fn named(name: &str) -> Self {
        Self {
            people: vec![Person::named(name)],
            agent: None,
            summary: String::new(),
            respondents: Vec::new(),
        }
    }

    /// Whether the applicants stay anonymous (匿名咨询).
    pub fn is_anonymous(&self) -> bool {
        self.people.iter().any(|person| person.anonymous)
    }

    /// The telephone numbers of the applicants and the agent.
    pub fn phones(&self) -> impl Iterator<Item = &str> {
        let of_people = self.people.iter().map(|person| &person.phone);
        let of_agent = self.agent.iter().map(|agent| &agent.phone);
        of_people.chain(of_agent).flatten().map(String::as_str)
    }
}

impl Person {
    /// A person of whom nothing but the name is known.
    pub fn named(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            anonymous: false,
            phone: None,
            document: None,
            language: None,
            address: None,
            birth: None,
            capacity: None,
        }
    }
}

/// An applicant as written: today, or when there was one person and nothing else.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    #[serde(default)]
    people: Vec<Person>,
    agent: Option<Agent>,
    #[serde(default)]
    summary: String,
    #[serde(default)]
    respondents: Vec<Respondent>,
    name: Option<String>,
    phone: Option<String>,
}

/// Both forms at once.
#[derive(Debug, thiserror::Error)]
#[error(
    "申请人请只用一种写法：people 列表，或者一个人的 name 和 phone / \
     name the people who ask in one way: the list 'people', or 'name' and 'phone' of one person"
)]
struct BothForms;

impl TryFrom<Written> for Applicant {
    type Error = BothForms;

    fn try_from(written: Written) -> Result<Self, BothForms> {
        let Written {
            mut people,
            agent,
            summary,
            respondents,
            name,
            phone,
        } = written;
        match (name, phone) {
            (None, None) => {}
            (name, phone) if people.is_empty() => people.push(Person {
                phone,
                ..Person::named(&name.unwrap_or_default())
            }),
            _ => return Err(BothForms),
        }
        Ok(Self {
            people,
            agent,
            summary,
            respondents,
        })
    }
}

/// Never prints the person: debug output ends up in logs.
macro_rules! sealed_debug {
    ($($name:ident),*) => {
        $(impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($name), "(sealed)"))
            }
        })*
    };
}

/// A text in clear that is sealed before it is written.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(transparent)]
pub struct Plaintext(pub String);

sealed_debug!(Applicant, Person, Document, Agent, Respondent, Plaintext);

#[cfg(test)]
mod tests {
    use super::*;

    /// As sealed in events from before there were several people.
    const OLD: &str = r#"{"name":"岩温","phone":"13800138000","summary":"工地欠薪三个月"}"#;
    const OLDEST: &str = r#"{"name":"岩温","summary":""}"#;

    #[test]
    fn what_was_sealed_of_one_person_is_read_as_one_of_several() {
        let read: Applicant = serde_json::from_str(OLD).unwrap();
        let person = Person {
            phone: Some("13800138000".to_owned()),
            ..Person::named("岩温")
        };
        assert!(read.people == [person]);
        assert_eq!(read.summary, "工地欠薪三个月");
        let read: Applicant = serde_json::from_str(OLDEST).unwrap();
        assert!(read == Applicant::named("岩温"));
    }

    #[test]
    fn both_forms_at_once_are_refused() {
        let both = r#"{"name":"岩温","people":[{"name":"玉香"}]}"#;
        assert!(serde_json::from_str::<Applicant>(both).is_err());
    }

    #[test]
    fn nobody_is_printed() {
        let mut applicant = Applicant::named("岩温");
        applicant.summary = "工地欠薪".to_owned();
        let printed = format!("{applicant:?} {:?}", applicant.people);
        assert!(
            !printed.contains("岩温") && !printed.contains("欠薪"),
            "{printed}"
        );
    }
}
