//! Checks on the applicants: names, telephone and identity numbers, and to whom special care is due.

use jiff::civil::Date;
use onestop_directory::{Directory, Figure, Identity};
use onestop_proto::{
    case::{
        Agent, Applicant, DocumentKind, Person, Rejection, Respondent, Warning, authority_fault,
        name_fault, phone_fault,
    },
    ids::ServiceItem,
    typed::is_blank,
};

use super::{
    Context, agents, capacity,
    field_problem::{LINE_LIMIT, check_length, incomplete},
    findings::{Findings, age},
    identity_document::check_document,
    notice::{self, Asking},
    repeated_person,
};

/// What fits on a receipt.
const SUMMARY_LIMIT: usize = 2_000;
/// More come with one matter than fit on a form; a village's dispute about land has some dozens.
const MOST_PEOPLE: usize = 100;

/// No living applicant was born before.
const EARLIEST_BIRTH: Date = Date::constant(1850, 1, 1);

/// Checks what was taken down of the applicants of an item.
///
/// # Errors
/// The field that is missing, too long, or no valid number; who cannot ask, or not alone.
pub(super) fn check(
    applicant: &Applicant,
    item: &ServiceItem,
    asking: Asking,
    context: &Context<'_>,
) -> Result<Findings, Rejection> {
    let mut findings = Findings::default();
    check_count(applicant.people.len())?;
    check_anonymous(applicant, item, context)?;
    if asking == Asking::Organ {
        notice::check_person(applicant)?;
    }
    let mut births = Vec::new();
    let mut problems = Problems::default();
    for (index, one) in applicant.people.iter().enumerate() {
        let field = format!("applicant.people[{index}]");
        births.push(check_person(
            one,
            &field,
            &mut findings,
            context,
            &mut problems,
        ));
    }
    problems.0.extend(repeated_person::check(&applicant.people));
    let of_agent = applicant
        .agent
        .as_ref()
        .and_then(|agent| check_agent(agent, &mut findings, context, &mut problems));
    check_respondents(&applicant.respondents, &mut problems);
    let today = context.happened_at().china_date();
    let ages = ages(births, of_agent, today, context.directory);
    problems.note(agents::check_apart(applicant, |index, person| {
        let age = ages.people.get(index).copied().flatten();
        capacity::acts_alone(age, person.capacity, &ages)
    }));
    problems.note(check_length(
        &applicant.summary,
        "applicant.summary",
        SUMMARY_LIMIT,
    ));
    match asking {
        // A person who cannot apply alone has not applied: the organ did (法律援助法 art. 25).
        Asking::Organ => {}
        Asking::Citizen => match capacity::check(applicant, item, &ages) {
            Ok(warnings) => warnings.into_iter().for_each(|one| findings.warn(one)),
            Err(refused) => problems.add_new(refused),
        },
    }
    match Rejection::all(problems.0) {
        Some(refused) => Err(refused),
        None => Ok(findings),
    }
}

/// Checks that those who were taken down for one item can apply for another: by its own rules for who applies, and through whom
/// (民法典 art. 19-23, 61; 公证程序规则 art. 10, 11). What else is odd about them was said when they were taken down.
///
/// # Errors
/// Who cannot apply for it, or not through this agent.
pub(super) fn check_referred(
    applicant: &Applicant,
    item: &ServiceItem,
    context: &Context<'_>,
) -> Result<(), Rejection> {
    let (mut findings, mut problems) = (Findings::default(), Problems::default());
    let mut births = Vec::new();
    for person in &applicant.people {
        let birth = check_person(person, "applicant", &mut findings, context, &mut problems);
        births.push(birth);
    }
    let agent = applicant.agent.as_ref();
    let of_agent = agent.and_then(|one| check_agent(one, &mut findings, context, &mut problems));
    let today = context.happened_at().china_date();
    let ages = ages(births, of_agent, today, context.directory);
    match capacity::check(applicant, item, &ages) {
        Ok(_) => Ok(()),
        Err(refused) => Rejection::all(refused).map_or(Ok(()), Err),
    }
}

fn check_count(people: usize) -> Result<(), Rejection> {
    let problem = match people {
        0 => "填写至少一位申请人 / at least one person",
        1..=MOST_PEOPLE => return Ok(()),
        _ => "不超过 100 人，可推选代表人 / at most 100; they may choose representatives",
    };
    Err(incomplete("applicant.people", problem))
}

fn ages(
    births: Vec<Option<Date>>,
    of_agent: Option<Date>,
    today: Date,
    directory: &Directory,
) -> capacity::Ages {
    let people = births.into_iter();
    let figure = |figure| i16::try_from(directory.figure(figure, today)).unwrap_or(i16::MAX);
    capacity::Ages {
        limited_from: figure(Figure::LimitedCapacityFrom),
        full_from: figure(Figure::FullCapacityFrom),
        people: people.map(|birth| Some(age(birth?, today))).collect(),
        agent: of_agent.map(|birth| age(birth, today)),
    }
}

/// All that is wrong, so that a form is sent again once.
#[derive(Default)]
struct Problems(Vec<Rejection>);

impl Problems {
    /// What a check found, unless it refused.
    fn note<T>(&mut self, checked: Result<T, Rejection>) -> Option<T> {
        checked.map_err(|refused| self.0.push(refused)).ok()
    }

    /// Adds what is wrong with fields of which nothing was found before.
    fn add_new(&mut self, refused: Vec<Rejection>) {
        let known: Vec<Option<String>> = self.0.iter().map(field_of).collect();
        let new = refused
            .into_iter()
            .filter(|one| !known.contains(&field_of(one)));
        self.0.extend(new);
    }
}

fn field_of(refused: &Rejection) -> Option<String> {
    refused.field().map(str::to_owned)
}

/// The day of birth, if it is known.
fn check_person(
    person: &Person,
    field: &str,
    findings: &mut Findings,
    context: &Context<'_>,
    problems: &mut Problems,
) -> Option<Date> {
    let today = context.now.china_date();
    if person.anonymous {
        problems.note(check_unnamed(person, field));
        findings.warn(Warning::Anonymous);
    } else {
        problems.note(check_name(&person.name, field));
    }
    problems.note(check_phone(person.phone.as_deref(), field));
    let address = person.address.as_deref().unwrap_or_default();
    problems.note(check_length(
        address,
        &format!("{field}.address"),
        LINE_LIMIT,
    ));
    let by_number = person.document.as_ref().and_then(|shown| {
        let checked = check_document(shown, field, findings, context);
        problems.note(checked).flatten()
    });
    problems.note(check_birth(person.birth, by_number, today, field));
    let birth = by_number.or(person.birth);
    if let Some(birth) = birth {
        findings.care_by(birth, today, context.directory);
    }
    birth
}

fn check_birth(
    stated: Option<Date>,
    by_number: Option<Date>,
    today: Date,
    field: &str,
) -> Result<(), Rejection> {
    let field = format!("{field}.birth");
    let Some(stated) = stated else { return Ok(()) };
    if stated > today {
        return Err(incomplete(
            &field,
            "出生日期在将来 / the day of birth is in the future",
        ));
    }
    if stated < EARLIEST_BIRTH {
        return Err(incomplete(
            &field,
            "出生日期早于1850年 / the day of birth is before 1850",
        ));
    }
    if by_number.is_some_and(|by_number| by_number != stated) {
        return Err(incomplete(
            &field,
            "与身份证号码中的出生日期不一致 / not the day of birth in the identity number",
        ));
    }
    Ok(())
}

/// The agent's day of birth, if a document says it.
fn check_agent(
    agent: &Agent,
    findings: &mut Findings,
    context: &Context<'_>,
    problems: &mut Problems,
) -> Option<Date> {
    let field = "applicant.agent";
    problems.note(check_name(&agent.name, field));
    problems.note(check_phone(agent.phone.as_deref(), field));
    problems.note(check_authority(agent));
    let shown = agent.document.as_ref()?;
    let checked = check_document(shown, field, findings, context);
    problems.note(checked).flatten()
}

/// The other parties, as far as they are known: each has a name.
fn check_respondents(respondents: &[Respondent], problems: &mut Problems) {
    if respondents.len() > MOST_PEOPLE {
        problems.0.push(incomplete(
            "applicant.respondents",
            "不超过 100 人 / at most 100",
        ));
        return;
    }
    for (index, other) in respondents.iter().enumerate() {
        let field = format!("applicant.respondents[{index}]");
        problems.note(check_name(&other.name, &field));
        problems.note(check_phone(other.phone.as_deref(), &field));
        let address = other.address.as_deref().unwrap_or_default();
        problems.note(check_length(
            address,
            &format!("{field}.address"),
            LINE_LIMIT,
        ));
    }
}

fn check_authority(agent: &Agent) -> Result<(), Rejection> {
    let field = "applicant.agent.authority";
    if let Some(problem) = authority_fault(agent.kind, &agent.authority) {
        return Err(incomplete(field, problem));
    }
    check_length(&agent.authority, field, LINE_LIMIT)
}

/// Who says who they are in part is not anonymous.
fn check_unnamed(person: &Person, field: &str) -> Result<(), Rejection> {
    let shows = person.document.as_ref();
    let shows = shows.is_some_and(|shown| shown.kind != DocumentKind::None);
    if is_blank(&person.name) && !shows {
        return Ok(());
    }
    let field = format!("{field}.name");
    Err(incomplete(
        &field,
        "匿名咨询不填姓名、证件：留空，或者取消“匿名” / an anonymous person has no name and no document: leave both empty, or take the name down",
    ))
}

/// Only an item that needs no identity admits an anonymous applicant, alone and without an agent.
fn check_anonymous(
    applicant: &Applicant,
    item: &ServiceItem,
    context: &Context<'_>,
) -> Result<(), Rejection> {
    if !applicant.is_anonymous() {
        return Ok(());
    }
    let field = "applicant.people[0].anonymous";
    let need = context.directory.item(item).map(|item| item.identity);
    if need != Some(Identity::NotNeeded) {
        return Err(incomplete(
            field,
            "申请须写明申请人，只有咨询可以匿名 / an application says who applies: only advice is given to the unnamed",
        ));
    }
    if applicant.people.len() > 1 || applicant.agent.is_some() {
        return Err(incomplete(
            field,
            "匿名咨询只有申请人一人，没有代理人 / an anonymous person asks alone, without an agent",
        ));
    }
    Ok(())
}

fn check_name(name: &str, field: &str) -> Result<(), Rejection> {
    match name_fault(name) {
        Some(problem) => Err(incomplete(&format!("{field}.name"), problem)),
        None => Ok(()),
    }
}

fn check_phone(phone: Option<&str>, field: &str) -> Result<(), Rejection> {
    match phone.and_then(phone_fault) {
        Some(problem) => Err(incomplete(&format!("{field}.phone"), problem)),
        None => Ok(()),
    }
}
