//! Submits a registration.

use axum::response::{IntoResponse, Redirect};
use onestop_chassis::client::ClientError;
use onestop_proto::{
    case::{self, WindowAction},
    command::AcceptedCommand,
    ids::{CaseId, CommandId},
    rejection::Rejected,
    typed::half_width,
};
use serde_json::{Value, json};

use super::{
    COMMAND,
    registration::{self, Registration},
    show_again, suggestion,
};
use crate::{
    app::App,
    core::{
        db::{
            answer_links,
            drafts::{self, DraftId},
        },
        form_data::{FormData, split_list},
        page_error::{PageError, PageResult},
    },
    identity::{late_approval, session::Session},
    pages::{
        afterwards::{self, Undone, noted},
        lookup::find_case,
        problems::Problems,
        receipt_text::ReceiptText,
        service_client::FormCommand,
        shell::{Page, View},
    },
};

/// Registers the case, and redirects to its receipt; or shows the form with its problems.
pub(super) async fn register(
    app: &App,
    view: &View,
    session: &Session,
    typed: FormData,
) -> PageResult {
    let page = view.page(app);
    let mut problems = Problems::default();
    let registration = registration::parse(&typed, &page, &mut problems);
    let related = related_cases(app, session, &typed, &page, &mut problems).await?;
    let Some(registration) = registration.filter(|_| problems.is_empty()) else {
        let shown = show_again((app, session), page, typed, problems, None);
        return Ok(shown.await);
    };
    let key = registration.key;
    let request = request(&typed, &page);
    match open(app, session, registration, related, request).await {
        Ok(accepted) => {
            let number = accepted.number.as_ref().map(ToString::to_string);
            let named = number.unwrap_or_else(|| accepted.case.to_string());
            let mut undone = None;
            if let Some(code) = &accepted.query_code {
                let warnings = accepted.warnings.iter();
                let warnings = warnings.map(|one| page.i18n.words(one).to_owned());
                let kept = ReceiptText::of(code, &typed, warnings.collect());
                let stored = store_receipt(app, session, &named, &kept).await;
                undone = noted(stored, Undone::ReceiptKept);
            }
            let forgotten = forget_draft(app, session, key, &named).await;
            let undone = undone.or(noted(forgotten, Undone::DraftForgotten));
            let after = app.positions.seal(&accepted.at);
            let to = format!("/cases/{named}/receipt?after={after}");
            let to = afterwards::address(&to, undone);
            Ok(Redirect::to(&to).into_response())
        }
        Err(error) => {
            let rejected = error.into_rejected();
            let (problems, sent) = rejection_problems(&rejected, &typed, &page, key);
            let shown = show_again((app, session), page, typed, problems, sent);
            Ok(shown.await)
        }
    }
}

/// The form is not kept any more; what led to it leads to the case.
async fn forget_draft(
    app: &App,
    session: &Session,
    key: CommandId,
    number: &str,
) -> anyhow::Result<()> {
    let (staff, id) = (session.staff.id.clone(), key.to_string());
    let number = number.to_owned();
    let forgotten = app.db.with(move |db| {
        answer_links::lead_to_case(db, &staff, &id, &number)?;
        drafts::delete(db, DraftId::case(&staff, &id))
    });
    forgotten.await
}

/// The problems of a rejection; and the case, if this form has already opened it.
fn rejection_problems(
    rejected: &Rejected,
    typed: &FormData,
    page: &Page<'_>,
    key: CommandId,
) -> (Problems, Option<CaseId>) {
    if rejected.code == "key-reused" {
        let mut problems = Problems::default();
        problems.add("", page.i18n.t("new-problem-sent"));
        return (problems, Some(key.case()));
    }
    if late_approval::concerns_approver(rejected) {
        let mut problems = Problems::default();
        problems.add("late_approver", page.rejection(rejected));
        return (problems, None);
    }
    (
        Problems::rejected(rejected, page, |of_command| {
            registration::field(of_command, typed)
        }),
        None,
    )
}

/// What the window does with the case: what was chosen, else what is suggested.
fn request(typed: &FormData, page: &Page<'_>) -> WindowAction {
    chosen(typed).unwrap_or_else(|| {
        let suggested = suggestion::suggest(&registration::subject(typed, page), page);
        match suggested {
            Some(suggested) if suggested.is_own => WindowAction::Answer,
            Some(_) | None => WindowAction::Refer,
        }
    })
}

/// What was chosen; none where the suggestion is followed.
fn chosen(typed: &FormData) -> Option<WindowAction> {
    typed.get("request").parse().ok()
}

async fn open(
    app: &App,
    session: &Session,
    registration: Registration,
    related: RelatedCases,
    request: WindowAction,
) -> Result<AcceptedCommand, ClientError> {
    let mut data = registration.data;
    data.insert("request".to_owned(), json!(request));
    if let Some(opposed) = related.opposed {
        data.insert("opposed_to".to_owned(), json!(opposed));
    }
    if !related.related.is_empty() {
        data.insert("related".to_owned(), json!(related.related));
    }
    let command = FormCommand {
        key: registration.key,
        case: None,
        expected_revision: None,
        name: COMMAND,
        data: Value::Object(data),
    };
    let service = case::service();
    let dated = (registration.occurred_at, registration.late_entry);
    app.command_backdated(session, &service, command, dated)
        .await
}

/// Other cases that the form names.
#[derive(Default)]
struct RelatedCases {
    opposed: Option<CaseId>,
    related: Vec<CaseId>,
}

async fn related_cases(
    app: &App,
    session: &Session,
    typed: &FormData,
    page: &Page<'_>,
    problems: &mut Problems,
) -> Result<RelatedCases, PageError> {
    let mut related = RelatedCases::default();
    if let Some(number) = typed.filled("opposed_to") {
        match find_case(app, session, number).await? {
            Ok(case) => related.opposed = Some(case),
            Err(none) => problems.add("opposed_to", none.problem(number, page)),
        }
    }
    let named = typed.get("related");
    // A number may be typed with spaces in it; a short code is printed so.
    let code = half_width(named);
    let is_code = !code.is_empty()
        && code
            .chars()
            .all(|sign| sign.is_ascii_digit() || sign == ' ');
    let one = is_code || app.directory.read_case(named).is_ok();
    let numbers: Vec<&str> = if one {
        vec![named]
    } else {
        split_list(named).collect()
    };
    for number in numbers {
        match find_case(app, session, number).await? {
            Ok(case) => related.related.push(case),
            Err(none) => problems.add("related", none.problem(number, page)),
        }
    }
    Ok(related)
}

/// Stores what the receipt prints and the case does not tell: intake returns the query code only once, and names are read
/// there by those who have a reason.
async fn store_receipt(
    app: &App,
    session: &Session,
    number: &str,
    kept: &ReceiptText,
) -> anyhow::Result<()> {
    let (draft_key, now) = (app.draft_key.clone(), app.clock.now());
    let (staff, number) = (session.staff.id.clone(), number.to_owned());
    let text = kept.encode();
    app.db
        .with(move |db| {
            let id = DraftId::receipt(&staff, &number);
            drafts::put(db, &draft_key, id, &text, now)
        })
        .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_chosen_goes_before_what_is_suggested() {
        let chosen = |typed: &str| chosen(&FormData::parse(typed));
        assert_eq!(chosen("request=answer"), Some(WindowAction::Answer));
        assert_eq!(chosen("request=refer"), Some(WindowAction::Refer));
        for typed in ["request=suggested", "name=%E5%B2%A9"] {
            assert_eq!(chosen(typed), None, "{typed}");
        }
    }
}
