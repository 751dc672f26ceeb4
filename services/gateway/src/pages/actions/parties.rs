//! Parties to a case in the form of a command: each is chosen by role, number and name, and no number is typed. Names are
//! those that the user may open, which is recorded; for other users a role and a number stand for the person.

use onestop_chassis::client::ClientError;
use onestop_proto::{
    ids::CaseRef,
    ledger::CaseHead,
    mediation::Party,
    personal::{ApplicantQuery, ApplicantView},
};
use serde_json::{Value, json};

use super::form_spec::{Field, FormSpec, Kind, PERSON, SIDE};
use crate::{app::App, core::i18n::Translator, identity::session::Session, pages::shell::Page};

/// Applicants agree by applying: this command is about the other parties.
const CONSENT: &str = "consent";
/// A whole side may do this.
const REFUSE: &str = "refuse-by-party";

/// The properties of a command for a chosen party: `respondent/2` is the second other party, `applicant` the side.
pub(super) fn data(field: &Field, chosen: &str) -> Vec<(&'static str, Value)> {
    let (side, person) = chosen.split_once('/').unwrap_or((chosen, ""));
    let side = (field.name == SIDE).then(|| (SIDE, json!(side)));
    let person = person.parse::<u32>().ok();
    let person = person.map(|person| (PERSON, json!(person)));
    side.into_iter().chain(person).collect()
}

/// A party to choose.
pub(super) struct PartyChoice {
    pub(super) value: String,
    pub(super) label: String,
}

/// The parties of a case, as far as the user may know them.
#[derive(Default)]
pub(super) struct Parties {
    /// The names of the applicants; none where the user may not see them.
    applicants: Vec<String>,
    /// The names of the other parties that the case's file has.
    respondents: Vec<String>,
    /// How many other parties there are.
    respondent_count: usize,
    /// The places of those of whom the command is recorded: the form asks for the others.
    recorded: Vec<u32>,
}

/// Whom a form asks about, as the specialist has them.
pub(super) struct AskedParties {
    /// How many other parties there are.
    pub(super) respondents: Option<u32>,
    /// The places of those of whom the command is recorded.
    pub(super) recorded: Vec<u32>,
}

impl Parties {
    /// Opens the names for a form that asks for a party, if the user may; that is recorded.
    pub(super) async fn find(
        app: &App,
        session: &Session,
        (spec, head): (&FormSpec, &CaseHead),
        asked: AskedParties,
        page: &Page<'_>,
    ) -> Self {
        let counted = asked.respondents;
        let counted = counted.and_then(|count| usize::try_from(count).ok());
        let mut parties = Self {
            respondent_count: counted.unwrap_or(1),
            recorded: asked.recorded,
            ..Self::default()
        };
        let mut fields = spec.fields.iter();
        let asks = fields.any(|field| field.kind == Kind::Party);
        if !asks || !page.may_open_persons(&head.row) {
            return parties;
        }
        let query = ApplicantQuery {
            case: CaseRef::Id(head.row.case),
            reason: None,
        };
        let answer: Result<ApplicantView, ClientError> = app.ask(session, &query).await;
        // What is refused or erased leaves role and number.
        if let Ok(view) = answer {
            let people = view.applicant.people.into_iter();
            parties.applicants = people.map(|person| person.name).collect();
            let others = view.applicant.respondents.into_iter();
            parties.respondents = others.map(|other| other.name).collect();
            parties.respondent_count = parties.respondent_count.max(parties.respondents.len());
        }
        parties
    }

    /// Whether names are shown.
    pub(super) fn are_named(&self) -> bool {
        !self.applicants.is_empty()
    }

    pub(super) fn choices(
        &self,
        command: &str,
        field: &Field,
        i18n: &Translator<'_>,
    ) -> Vec<PartyChoice> {
        let applicants = self.side(Party::Applicant, self.applicants.len(), i18n);
        if field.name == PERSON {
            // One applicant is meant without a choice.
            let several = applicants.len() > 1;
            let left = applicants.into_iter().filter(|one| self.is_left(one));
            return left.filter(|_| several).collect();
        }
        let mut listed = Vec::new();
        if command != CONSENT {
            let several = applicants.len() > 1;
            listed.extend(several.then(|| whole(Party::Applicant, i18n)));
            listed.extend(applicants);
        }
        let others = self.side(Party::Respondent, self.respondent_count, i18n);
        let whole_side = command == REFUSE && others.len() > 1;
        listed.extend(whole_side.then(|| whole(Party::Respondent, i18n)));
        listed.extend(others.into_iter().filter(|one| self.is_left(one)));
        listed
    }

    /// Whether the command is not recorded of a person yet.
    fn is_left(&self, choice: &PartyChoice) -> bool {
        let place = choice.value.split_once('/').map_or("1", |(_, place)| place);
        let mut recorded = self.recorded.iter();
        !recorded.any(|one| one.to_string() == place)
    }

    /// The persons of a side, or the side where it is one person or its persons are not known.
    fn side(&self, side: Party, count: usize, i18n: &Translator<'_>) -> Vec<PartyChoice> {
        let (message, names) = match side {
            Party::Applicant => ("person-applicant", &self.applicants),
            Party::Respondent => ("person-respondent", &self.respondents),
        };
        let named = |role: String, index: usize| match names.get(index) {
            Some(name) if !name.is_empty() => format!("{role} {name}"),
            Some(_) | None => role,
        };
        if count <= 1 {
            let role = i18n.text(side.text()).to_owned();
            let value = side.as_str().to_owned();
            let label = named(role, 0);
            return vec![PartyChoice { value, label }];
        }
        let person = |index: usize| {
            let number = (index + 1).to_string();
            let value = format!("{}/{number}", side.as_str());
            let label = named(i18n.t1(message, "number", number), index);
            PartyChoice { value, label }
        };
        (0..count).map(person).collect()
    }
}

fn whole(side: Party, i18n: &Translator<'_>) -> PartyChoice {
    let role = i18n.text(side.text());
    PartyChoice {
        value: side.as_str().to_owned(),
        label: i18n.t1("party-all", "party", role),
    }
}

#[cfg(test)]
mod tests {
    use onestop_proto::{
        actor::ServiceName, command::CommandType, mediation, notarization, specialist,
    };
    use serde_json::Map;

    use super::*;
    use crate::core::i18n::Languages;

    fn spec(service: &ServiceName, command: &str) -> FormSpec {
        FormSpec::of(service, command).unwrap()
    }

    fn sent(service: &ServiceName, command: &str, chosen: &str) -> Value {
        let spec = spec(service, command);
        let mut fields = spec.fields.iter();
        let field = fields.find(|field| field.kind == Kind::Party).unwrap();
        let data = data(field, chosen).into_iter();
        Value::Object(
            data.map(|(name, value)| (name.to_owned(), value))
                .collect::<Map<_, _>>(),
        )
    }

    #[test]
    fn no_form_asks_for_the_number_of_a_person() {
        let mut asked = Vec::new();
        for specialist in specialist::ALL {
            for (command, _) in specialist.commands() {
                let Some(spec) = FormSpec::of(&specialist.name(), command) else {
                    continue;
                };
                let is_number = |field: &&Field| field.name == PERSON && field.kind == Kind::Number;
                assert_eq!(spec.fields.iter().filter(is_number).count(), 0, "{command}");
                if spec.fields.iter().any(|field| field.kind == Kind::Party) {
                    asked.push(command);
                }
            }
        }
        let wanted = ["appear-in-person", "consent", "refuse-by-party", "add-term"];
        for command in wanted {
            assert!(asked.contains(&command), "{command}: {asked:?}");
        }
    }

    #[test]
    fn a_chosen_party_is_sent_as_side_and_number() {
        let mediation = mediation::service();
        let second = sent(&mediation, "consent", "respondent/2");
        assert_eq!(second, json!({ "party": "respondent", "person": 2 }));
        assert!(mediation::Command::parse("consent", second).is_ok());
        let side = sent(&mediation, "refuse-by-party", "applicant");
        assert_eq!(side, json!({ "party": "applicant" }));
        assert!(mediation::Command::parse("refuse-by-party", side).is_ok());
        let came = sent(&notarization::service(), "appear-in-person", "applicant/2");
        assert_eq!(came, json!({ "person": 2 }));
        assert!(notarization::Command::parse("appear-in-person", came).is_ok());
    }

    /// What a form offers, as value and label.
    fn offered(parties: &Parties, service: &ServiceName, command: &str) -> Vec<(String, String)> {
        let languages = Languages::load(None).unwrap();
        let spec = spec(service, command);
        let mut fields = spec.fields.iter();
        let field = fields.find(|field| field.kind == Kind::Party).unwrap();
        let choices = parties.choices(command, field, &languages.translator(None));
        choices
            .into_iter()
            .map(|one| (one.value, one.label))
            .collect()
    }

    fn choices(wanted: &[(&str, &str)]) -> Vec<(String, String)> {
        let owned = |(value, label): &(&str, &str)| ((*value).to_owned(), (*label).to_owned());
        wanted.iter().map(owned).collect()
    }

    #[test]
    fn a_party_is_offered_by_role_number_and_name() {
        let (mediation, notarization) = (mediation::service(), notarization::service());
        let named = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        let known = Parties {
            applicants: named(&["岩温", "玉香"]),
            respondents: named(&["李岩"]),
            respondent_count: 2,
            recorded: Vec::new(),
        };
        // One joined later: the case's file does not name them yet.
        let consent = choices(&[
            ("respondent/1", "被申请人1 李岩"),
            ("respondent/2", "被申请人2"),
        ]);
        assert_eq!(offered(&known, &mediation, "consent"), consent);
        let came = choices(&[
            ("applicant/1", "申请人1 岩温"),
            ("applicant/2", "申请人2 玉香"),
        ]);
        assert_eq!(offered(&known, &notarization, "appear-in-person"), came);
        let refusals = offered(&known, &mediation, "refuse-by-party");
        let whole = refusals.iter().filter(|(value, _)| !value.contains('/'));
        let labels: Vec<&str> = whole.map(|(_, label)| label.as_str()).collect();
        assert_eq!(labels, ["申请人（全部）", "被申请人（全部）"]);
    }

    /// Who has agreed, or come, is not asked about again.
    #[test]
    fn a_form_offers_those_of_whom_the_command_is_not_recorded() {
        let (mediation, notarization) = (mediation::service(), notarization::service());
        let known = |recorded: &[u32]| Parties {
            applicants: vec!["岩温".to_owned(), "玉香".to_owned()],
            respondent_count: 2,
            recorded: recorded.to_vec(),
            ..Parties::default()
        };
        let values = |recorded: &[u32], service: &ServiceName, command: &str| -> Vec<String> {
            let offered = offered(&known(recorded), service, command).into_iter();
            offered.map(|(value, _)| value).collect()
        };
        assert_eq!(values(&[1], &mediation, "consent"), ["respondent/2"]);
        assert!(values(&[1, 2], &mediation, "consent").is_empty());
        assert_eq!(
            values(&[2], &notarization, "appear-in-person"),
            ["applicant/1"]
        );
        // Of the applicants' side nothing is recorded that a refusal of the other side is.
        let refusals = values(&[2], &mediation, "refuse-by-party");
        assert!(refusals.contains(&"applicant/2".to_owned()), "{refusals:?}");
        assert!(
            !refusals.contains(&"respondent/2".to_owned()),
            "{refusals:?}"
        );
    }

    #[test]
    fn without_names_there_are_roles_and_numbers() {
        let mediation = mediation::service();
        let unnamed = |respondent_count| Parties {
            respondent_count,
            ..Parties::default()
        };
        let one = choices(&[("respondent", "被申请人")]);
        assert_eq!(offered(&unnamed(1), &mediation, "consent"), one);
        let two = choices(&[
            ("applicant", "申请人"),
            ("respondent/1", "被申请人1"),
            ("respondent/2", "被申请人2"),
        ]);
        assert_eq!(offered(&unnamed(2), &mediation, "add-term"), two);
        let notarization = notarization::service();
        assert!(offered(&unnamed(1), &notarization, "appear-in-person").is_empty());
    }
}
