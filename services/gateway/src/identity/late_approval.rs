//! The approval of a late entry (补录审批) is its approver's own act. Who enters something late names the approver; that person is
//! asked for it, and approves it under their own sign-in; the signed approval then goes with the command. Who may approve, the
//! service that decides checks again.

use onestop_chassis::client::{ClientError, CommandMeta, QuestionMeta};
use onestop_directory::Directory;
use onestop_proto::{
    actor::{Actor, ServiceName},
    command::AcceptedCommand,
    http::ApiRejection,
    ids::{CaseNumber, CaseRef, StaffId},
    late_entry::{ContentHash, ONE_PERSON_OFFICE},
    ledger::CaseHeadQuery,
    personal::TextsQuery,
    rejection::{CommonRejection, Explain, Rejected},
};
use serde_json::Value;
use tracing::error;

use crate::{
    app::App,
    core::db::{
        self,
        late_approvals::{self, Answer, AskedEntry, LateEntryRequest, WaitingRequest},
        staff::{self, Staff},
    },
};

/// What a service says where the person who is named has not approved the entry.
const NOT_GIVEN: &str = "late-approval-not-given";

/// Sends a command. One that is entered late and names an approver goes with that person's approval; where there is none yet,
/// and the service wants one, the approver is asked for it.
///
/// # Errors
/// If the service rejects it or does not reply; that the approver was asked, has refused, or cannot be one.
pub(crate) async fn send(
    app: &App,
    service: &ServiceName,
    mut meta: CommandMeta,
    (name, data): (&str, Value),
) -> Result<AcceptedCommand, ClientError> {
    let Some(request) = request_of(&meta, service, (name, &data)) else {
        return app.client.command_named(service, meta, (name, data)).await;
    };
    let answered = answer_to(app, &request)
        .await
        .map_err(|failed| unavailable(&failed))?;
    match answered.map_err(|refusal| refused(&refusal))? {
        Some(Answer::Approved(token)) => {
            let entry = meta.id;
            let late = meta.late_entry.take();
            meta.late_entry = late.map(|late| late.approved(entry, Some(token)));
        }
        Some(Answer::Refused(why)) => {
            let approver = request.approver;
            return Err(refused(&ApiRejection::LateApprovalRefused {
                approver,
                why,
            }));
        }
        Some(Answer::Waiting) | None => {}
    }
    let case = meta.case.clone();
    let command = (name, data.clone());
    let sent = app.client.command_named(service, meta, command).await;
    match sent {
        Err(ClientError::Rejected(rejected)) if rejected.code == NOT_GIVEN => {
            let number = number_of(app, &request.doer, case).await;
            let asked = AskedEntry {
                request,
                data,
                number,
            };
            ask(app, asked).await
        }
        sent => sent,
    }
}

/// The number of a case that a command names otherwise: its approver knows it by that. Without an answer the request has none.
async fn number_of(app: &App, doer: &Actor, case: Option<CaseRef>) -> Option<CaseNumber> {
    let case = match case? {
        CaseRef::Number(_) => return None,
        case @ (CaseRef::Id(_) | CaseRef::Official(_) | CaseRef::ShortCode(_)) => case,
    };
    let meta = QuestionMeta::from(doer.clone());
    let head = app.client.ask(meta, &CaseHeadQuery { case }).await;
    head.ok().map(|head| head.row.number)
}

/// What the approver of a command is asked for; nothing where it names none, or the approval is with it.
fn request_of(
    meta: &CommandMeta,
    service: &ServiceName,
    (name, data): (&str, &Value),
) -> Option<LateEntryRequest> {
    let late = meta.late_entry.as_ref()?;
    let approver = late.approved_by.clone()?;
    let is_other = approver.as_str() != ONE_PERSON_OFFICE && approver != meta.actor.staff;
    let occurred_at = meta.occurred_at?;
    (is_other && late.approval.is_none()).then(|| LateEntryRequest {
        entry: meta.id,
        doer: meta.actor.clone(),
        approver,
        occurred_at,
        reason: late.reason,
        act: format!("{service}.{name}"),
        case: meta.case.as_ref().map(ToString::to_string),
        content: ContentHash::of(data),
    })
}

/// What the approver has answered; the refusal of a person who cannot be one.
async fn answer_to(
    app: &App,
    request: &LateEntryRequest,
) -> anyhow::Result<Result<Option<Answer>, ApiRejection>> {
    let (key, wanted, now) = (app.draft_key.clone(), request.clone(), app.clock.now());
    let read = app.db.with(move |db| {
        let found = staff::find(db, &wanted.approver)?;
        Ok((found, late_approvals::answer(db, &key, &wanted, now)?))
    });
    let (found, answer) = read.await?;
    let may = |found: Staff| may_approve(&found, &request.doer, &app.directory);
    Ok(if found.is_some_and(may) {
        Ok(answer)
    } else {
        let approver = request.approver.clone();
        Err(ApiRejection::UnknownApprover { approver })
    })
}

async fn ask(app: &App, asked: AskedEntry) -> Result<AcceptedCommand, ClientError> {
    let approver = asked.request.approver.clone();
    let (key, now) = (app.draft_key.clone(), app.clock.now());
    let kept = app
        .db
        .with(move |db| late_approvals::ask(db, &key, &asked, now));
    let is_asked = kept.await.map_err(|failed| unavailable(&failed))?;
    Err(refused(&if is_asked {
        ApiRejection::LateApprovalAsked { approver }
    } else {
        ApiRejection::TooOften { seconds: 3_600 }
    }))
}

/// The requests that wait for a person.
///
/// # Errors
/// If they cannot be read.
pub(crate) async fn waiting(app: &App, approver: &StaffId) -> anyhow::Result<Vec<WaitingRequest>> {
    let (key, approver, now) = (app.draft_key.clone(), approver.clone(), app.clock.now());
    let read = app
        .db
        .with(move |db| late_approvals::waiting_for(db, &key, &approver, now));
    read.await
}

/// What was filled in of a request, once intake has recorded that its approver reads it; nothing of one that is not kept here.
///
/// # Errors
/// If it cannot be read or recorded: then nothing is shown.
pub(crate) async fn opened(
    app: &App,
    approver: &Actor,
    one: &WaitingRequest,
) -> Result<Option<Value>, ClientError> {
    let (key, wanted) = (app.draft_key.clone(), one.clone());
    let kept = app
        .db
        .with(move |db| late_approvals::data(db, &key, &wanted));
    let Some(data) = kept.await.map_err(|failed| unavailable(&failed))? else {
        return Ok(None);
    };
    let request = &one.request;
    let named = request.case.as_ref().and_then(|case| case.parse().ok());
    let reading = TextsQuery {
        case: named.unwrap_or_else(|| CaseRef::Id(request.entry.case())),
        texts: Vec::new(),
        late_entry: Some(request.entry),
    };
    let meta = QuestionMeta::from(approver.clone());
    app.client.ask(meta, &reading).await?;
    Ok(Some(data))
}

fn refused(refusal: &ApiRejection) -> ClientError {
    ClientError::Rejected(Box::new(refusal.rejected()))
}

/// The database of the accounts failed, and nothing was sent that changed anything.
fn unavailable(failed: &anyhow::Error) -> ClientError {
    error!(
        error = format!("{failed:#}"),
        "approvals of late entries cannot be read or kept"
    );
    let full = db::refused_by_disk(failed);
    let who = crate::NAME.to_owned();
    let refusal = full.unwrap_or(CommonRejection::Unavailable { who });
    ClientError::Rejected(Box::new(refusal.rejected()))
}

/// Whether a refusal concerns the approver whom a form names.
pub(crate) fn concerns_approver(rejected: &Rejected) -> bool {
    matches!(
        rejected.code.as_str(),
        "late-approval-missing"
            | "late-approval-asked"
            | "late-approval-refused"
            | NOT_GIVEN
            | "not-an-approver"
            | "approval-not-proven"
            | "approved-by-oneself"
            | "no-one-person-office"
            | "unknown-approver"
    )
}

/// Whether a person may approve what another enters late, in one of their posts.
pub(crate) fn may_approve(approver: &Staff, doer: &Actor, directory: &Directory) -> bool {
    let own = approver.post();
    let posts = std::iter::once(&own).chain(&approver.other_posts);
    let mut actors = posts.map(|post| Actor {
        role: post.role,
        staff: approver.id.clone(),
        unit: post.unit.clone(),
    });
    approver.disabled_at.is_none()
        && actors.any(|actor| directory.may_approve_late_entry(&actor, doer))
}

#[cfg(test)]
mod tests {
    use onestop_proto::time::Timestamp;

    use super::*;
    use crate::core::{db::staff::Preferences, post::Post};

    fn post(directory: &Directory, text: &str) -> Post {
        let (role, unit) = text.split_once('@').unwrap();
        let (code, kind) = unit.split_once('.').unwrap();
        let unit = directory.unit_at(code.parse().unwrap(), &kind.parse().unwrap());
        format!("{role}@{}", unit.unwrap().id).parse().unwrap()
    }

    fn person(directory: &Directory, id: &str, posts: &[&str]) -> Staff {
        let mut posts: Vec<Post> = posts.iter().map(|text| post(directory, text)).collect();
        let Post { role, unit } = posts.remove(0);
        Staff {
            id: id.parse().unwrap(),
            name: "李华".to_owned(),
            role,
            unit,
            other_posts: posts,
            disabled_at: None,
            preferences: Preferences::default(),
            must_change: false,
            second_factor: false,
        }
    }

    /// 补录审批: by a colleague, or by the bureau above, in whatever post; not by the doer, a stranger, an auditor, or an account
    /// that cannot sign in.
    #[test]
    fn another_person_of_the_unit_or_of_the_bureau_above_approves() {
        let directory = Directory::built_in().unwrap();
        let of = |id: &str, posts: &[&str]| person(&directory, id, posts);
        let doer = of("zhang-li", &["clerk@530821.window"]).actor();
        let may = |approver: &Staff| may_approve(approver, &doer, &directory);
        for posts in [
            &["clerk@530821.window"][..],
            &["unit-administrator@530821.window"],
            &["supervisor@530821.bureau"],
            &["supervisor@5308.bureau"],
            &["specialist@530802.legal-aid", "supervisor@530821.bureau"],
        ] {
            assert!(may(&of("li-hua", posts)), "{posts:?}");
        }
        for posts in [
            &["clerk@530802.window"][..],
            &["specialist@530821.legal-aid"],
            &["auditor@530821.bureau"],
            &["supervisor@530802.bureau"],
        ] {
            assert!(!may(&of("li-hua", posts)), "{posts:?}");
        }
        let own = ["supervisor@530821.bureau", "clerk@530821.window"];
        assert!(!may(&of("zhang-li", &own)));
        let disabled = Staff {
            disabled_at: Some("2026-03-02 10:00:00".parse::<Timestamp>().unwrap()),
            ..of("li-hua", &["clerk@530821.window"])
        };
        assert!(!may(&disabled));
    }
}
