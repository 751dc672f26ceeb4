//! `onestop referral reassign-all`: a supervisor moves everything off a unit that closes.

use std::collections::BTreeMap;

use onestop_chassis::client::{ClientError, CommandMeta};
use onestop_proto::{
    ids::{CaseId, CaseNumber, CaseRef, UnitId},
    query::WorklistStatus,
    referral::{self, Command, Reassign},
    rejection::RejectionKind,
};

use super::CliContext;

/// Reassigns every case on a unit's worklist, one command each. The key of each command derives from `--key`
/// and the case, so that the same `--key` resumes where the last run stopped. A case that another command has
/// moved meanwhile is reported and does not stop the rest.
pub(super) async fn run(context: &CliContext<'_>, from: &UnitId, why: &str) -> anyhow::Result<()> {
    let (key, output) = (context.key(), context.output);
    let worklist = context.worklist(from.clone()).await?;
    let cases: BTreeMap<CaseId, CaseNumber> = worklist
        .entries
        .into_iter()
        .filter(|entry| is_reassigned(entry.standing))
        .map(|entry| (entry.case, entry.number))
        .collect();
    let command = Command::from(Reassign {
        from: from.clone(),
        why: why.to_owned(),
    });
    let (mut done, mut refused) = (0_u32, 0_u32);
    for (number, (case, name)) in (1_usize..).zip(&cases) {
        let meta = CommandMeta::new(
            key.forwarded(&case.to_string()),
            context.actor()?,
            Some(CaseRef::Id(*case)),
        );
        let service = referral::service();
        let sent = context.client.command(&service, meta, &command).await;
        let result = match sent {
            Ok(_) => {
                done += 1;
                output.message("reassign-done")
            }
            Err(ClientError::Rejected(rejected)) if rejected.kind != RejectionKind::Unavailable => {
                refused += 1;
                output.words(&rejected.message).to_owned()
            }
            Err(error) => {
                let again = output.message("reassign-resume");
                output.print_error(&format!("{again}: --key {key}"));
                return Err(error.into());
            }
        };
        let name = context.case_name(name);
        output.print_error(&format!("{number}/{}  {name}  {result}", cases.len()));
    }
    let summary = serde_json::json!({
        "from": from, "cases": cases.len(), "reassigned": done, "refused": refused, "key": key,
    });
    output.print_value(&summary, || {
        let (all, words) = (cases.len(), output.message("reassign-total"));
        format!("{done}/{all} {words}")
    });
    Ok(())
}

/// Whether a unit that closes has to give a case of that standing up.
fn is_reassigned(standing: WorklistStatus) -> bool {
    match standing {
        WorklistStatus::Offered
        | WorklistStatus::Accepted
        | WorklistStatus::Invited
        | WorklistStatus::Assisting => true,
        WorklistStatus::ToDesignate
        | WorklistStatus::ToApprove
        | WorklistStatus::ToReport
        | WorklistStatus::Overdue
        | WorklistStatus::Outside => false,
    }
}
