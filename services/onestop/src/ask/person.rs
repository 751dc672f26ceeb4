//! `onestop case applicant | readings | find | similar`, `onestop erase`

use onestop_chassis::settings::Settings;
use onestop_proto::{
    case::{self, Applicant},
    division::DivisionCode,
    ids::ServiceItem,
    personal::{
        AccessRecords, AccessRecordsQuery, ApplicantQuery, ApplicantView, Command, Erase,
        MatchingCase, PersonSearchQuery, PersonSearchResult, SimilarCasesQuery,
    },
    text::{Text, Words},
};
use serde::{Serialize, de::DeserializeOwned};

use super::Desk;
use crate::{
    cli::{EraseArgs, PersonCommand, Shared},
    output::Output,
};

pub(super) async fn carry_out(
    about: &PersonCommand,
    desk: &Desk<'_>,
    output: &Output,
) -> anyhow::Result<()> {
    match about {
        PersonCommand::Applicant { case, reason } => {
            let query = ApplicantQuery {
                case: case.clone(),
                reason: reason.clone(),
            };
            let view: ApplicantView = ask(desk, "applicant", &query).await?;
            output.show(&view, || person(&view, output));
        }
        PersonCommand::Readings { case } => {
            let query = AccessRecordsQuery { case: case.clone() };
            let told: AccessRecords = ask(desk, "readings", &query).await?;
            output.show(&told, || readings(&told, desk, output));
        }
        PersonCommand::Find {
            name,
            phone,
            document,
        } => {
            let query = PersonSearchQuery {
                name: name.clone(),
                phone: phone.clone(),
                document: document.clone(),
            };
            let told: PersonSearchResult = ask(desk, "find", &query).await?;
            output.show(&told, || found(&told, desk, output));
        }
        PersonCommand::Similar {
            item,
            place,
            name,
            phone,
        } => {
            let mut applicant = Applicant::named(name);
            for person in &mut applicant.people {
                person.phone.clone_from(phone);
            }
            let query = SimilarCasesQuery {
                applicant,
                item: item.clone(),
                place: *place,
            };
            let told: PersonSearchResult = ask(desk, "similar", &query).await?;
            output.show(&told, || found(&told, desk, output));
        }
    }
    Ok(())
}

/// Before a case is opened: which there are that look like it (疑似重复). A clerk decides; nothing is held up
/// by it, also where the index cannot be asked.
pub(super) async fn warn_of_similar(
    desk: &Desk<'_>,
    (applicant, item, place): (&Applicant, &ServiceItem, DivisionCode),
    output: &Output,
) {
    let query = SimilarCasesQuery {
        applicant: applicant.clone(),
        item: item.clone(),
        place,
    };
    let told: anyhow::Result<PersonSearchResult> = ask(desk, "similar", &query).await;
    let Ok(told) = told else { return };
    if !told.cases.is_empty() {
        let heading = output.say(
            "! 可能重复，请核对；重复的可以合并（onestop case merge）",
            "! perhaps a duplicate; one can be merged (onestop case merge)",
        );
        output.error(&format!("{heading}\n{}", found(&told, desk, output)));
    }
}

pub(crate) async fn erase(
    asked: &EraseArgs,
    shared: &Shared,
    settings: &Settings,
    output: &Output,
) -> anyhow::Result<()> {
    let desk = Desk::open(shared, settings, output).await?;
    let erase = Erase {
        basis: asked.basis,
        note: asked.note.clone(),
    };
    let case = Some(asked.case.clone());
    desk.order(&case::service(), case, Command::from(erase))
        .await
}

async fn ask<T: DeserializeOwned>(
    desk: &Desk<'_>,
    question: &str,
    query: &(impl Serialize + Sync),
) -> anyhow::Result<T> {
    let actor = Some(desk.actor()?);
    let intake = case::service();
    let asked = desk
        .client
        .question(&intake, question, (actor, None), query);
    Ok(asked.await?)
}

fn person(view: &ApplicantView, output: &Output) -> String {
    let mut text = super::case::told(&view.applicant);
    if let Some(answer) = &view.answer {
        text += &format!("\n{}: {answer}", output.say("窗口答复", "answered"));
    }
    let recorded = output.say("本次查阅已记录", "this opening is recorded");
    format!("{text}\n{recorded}: #{}", view.recorded.position)
}

fn readings(told: &AccessRecords, desk: &Desk<'_>, output: &Output) -> String {
    if told.readings.is_empty() {
        return output.say("没有人查阅过", "nobody opened it").to_owned();
    }
    let lines = told.readings.iter().map(|reading| {
        let by = format!("{}/{}", reading.by.role, reading.by.staff);
        let unit = desk.unit_name(&reading.by.unit);
        let custody = output.say("承办或受理", "its own unit");
        let reason = reading.reason.as_deref().unwrap_or(custody);
        let kinds = said(reading.kinds.iter().map(|kind| kind.text()), output);
        let at = reading.at.china_text();
        format!("{at}  {by}  {unit}\n    {kinds}  ({reason})")
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn found(told: &PersonSearchResult, desk: &Desk<'_>, output: &Output) -> String {
    if told.cases.is_empty() {
        return output.say("没有找到", "nothing was found").to_owned();
    }
    let line = |found: &MatchingCase| {
        let about = desk.directory.subject_name(&found.item, &found.topic);
        let why = said(found.why.iter().map(|why| why.text()), output);
        format!(
            "{}  {}  {}  {}\n    {}  {}  {why}",
            found.number,
            output.words(&found.degree.text().into()),
            output.words(&about),
            output.words(&found.stage.text().into()),
            found.opened_at.china_text(),
            desk.unit_name(&found.holder),
        )
    };
    let mut lines: Vec<String> = told.cases.iter().map(line).collect();
    if told.more {
        let more = output.say("还有更多，请缩小范围", "there are more: narrow it down");
        lines.push(more.to_owned());
    }
    lines.join("\n")
}

fn said(texts: impl Iterator<Item = Text>, output: &Output) -> String {
    let words: Vec<Words> = texts.map(Words::from).collect();
    let words: Vec<&str> = words.iter().map(|it| output.words(it)).collect();
    words.join(output.say("、", ", "))
}
