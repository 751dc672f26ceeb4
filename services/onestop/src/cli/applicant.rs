//! The words for who asks: further people, their documents, whoever speaks for them, what they need.

use clap::Args;
use jiff::civil::Date;
use onestop_proto::case::{
    Agent, AgentKind, Applicant, Care, Document, DocumentKind, Needs, Person, SpokenLanguage,
};

/// Who asks, besides the name.
#[derive(Args)]
pub(crate) struct Who {
    /// Telephone
    #[arg(long)]
    phone: Option<String>,
    /// What happened, in the citizen's words
    #[arg(long, default_value = "")]
    summary: String,
    /// Number of the identity card, of the passport, …
    #[arg(long, value_name = "NUMBER")]
    document_number: Option<String>,
    /// Which document: identity-card, old-identity-card, passport, residence-permit, other, none
    #[arg(long, value_name = "KIND")]
    document: Option<DocumentKind>,
    /// Where the person lives
    #[arg(long)]
    address: Option<String>,
    /// Date of birth, where no identity number says it
    #[arg(long, value_name = "DAY")]
    birth: Option<Date>,
    /// A further person who asks; may be repeated
    #[arg(long, value_name = "NAME")]
    with: Vec<String>,
    /// Who speaks for them (代理人)
    #[arg(long, value_name = "NAME", requires = "authority")]
    agent: Option<String>,
    /// In what capacity: statutory, entrusted, kin, community
    #[arg(long, value_name = "KIND", default_value = "entrusted")]
    agent_kind: AgentKind,
    /// The agent's telephone
    #[arg(long, value_name = "PHONE", requires = "agent")]
    agent_phone: Option<String>,
    /// The number of the agent's identity card
    #[arg(long, value_name = "NUMBER", requires = "agent")]
    agent_document_number: Option<String>,
    /// What the agent's authority rests on: kinship, a letter of attorney
    #[arg(long, requires = "agent")]
    authority: Option<String>,
}

/// What the window must see to.
#[derive(Args)]
pub(crate) struct Seen {
    /// Special care: minor, elderly, disabled, migrant-worker, woman, serviceman; may be repeated
    #[arg(long)]
    care: Vec<Care>,
    /// The language that is spoken, if it is not Mandarin: dai, yi, hani, burmese, sign, …
    #[arg(long, value_name = "LANGUAGE")]
    speaks: Option<SpokenLanguage>,
    /// Somebody must interpret (需要翻译)
    #[arg(long)]
    interpreter: bool,
    /// The citizen cannot come: somebody must go there (上门服务)
    #[arg(long)]
    home_visit: bool,
}

impl Who {
    /// The applicant of that name.
    pub(crate) fn applicant(&self, name: &str) -> Applicant {
        let first = Person {
            phone: self.phone.clone(),
            document: document(self.document, self.document_number.as_deref()),
            address: self.address.clone(),
            birth: self.birth,
            ..Person::named(name)
        };
        let others = self.with.iter().map(|name| Person::named(name));
        let agent = self.agent.as_ref().map(|name| Agent {
            kind: self.agent_kind,
            name: name.clone(),
            phone: self.agent_phone.clone(),
            document: document(None, self.agent_document_number.as_deref()),
            authority: self.authority.clone().unwrap_or_default(),
        });
        Applicant {
            people: [first].into_iter().chain(others).collect(),
            agent,
            summary: self.summary.clone(),
        }
    }
}

impl Seen {
    pub(crate) fn needs(&self) -> Needs {
        Needs {
            care: self.care.clone(),
            language: self.speaks,
            interpreter: self.interpreter,
            home_visit: self.home_visit,
        }
    }
}

/// A number without a kind is that of an identity card.
fn document(kind: Option<DocumentKind>, number: Option<&str>) -> Option<Document> {
    let by_length = number.map(|number| match number.len() {
        15 => DocumentKind::OldIdentityCard,
        _ => DocumentKind::IdentityCard,
    });
    kind.or(by_length).map(|kind| Document {
        kind,
        number: number.map(str::to_owned),
    })
}
