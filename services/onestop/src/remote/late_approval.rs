//! `onestop approve-late-entry`: the signed approval (补录审批) that another person adds to what they enter late.

use anyhow::{Context, bail};
use onestop_chassis::client::ClientError;
use onestop_proto::late_entry::{ApprovalClaim, ContentHash};
use serde::Serialize;
use serde_json::json;

use super::CliContext;
use crate::cli::ApproveLateEntryArgs;

/// What `--json` prints.
#[derive(Serialize)]
struct PrintedApproval {
    token: String,
}

/// Signs the approval as the actor whom `--by` names, and prints it. The service that decides checks it.
pub(crate) fn run(args: &ApproveLateEntryArgs, context: &CliContext<'_>) -> anyhow::Result<()> {
    let global = context.args;
    let (Some(entry), Some(occurred_at), Some(reason)) =
        (global.command_id(), global.happened_at, global.late_reason)
    else {
        bail!(
            "请写明是哪一次录入：--key、--happened-at、--late-reason 与录入人所写的相同 / \
             which entry? Say --key, --happened-at and --late-reason as the person who enters it does"
        );
    };
    let doer = context.actor_in(&args.of)?;
    let case = args.case.as_ref().map(ToString::to_string);
    let claim = ApprovalClaim {
        entry,
        act: &args.act,
        case: case.as_deref(),
        doer: &doer,
        occurred_at,
        reason,
        content: &args.content,
    };
    let issuer = context.client.bus().issuer();
    let issuer = issuer.context(
        "没有用来签名的密钥，请用 onestop keys init 在命令行的密钥旁生成 / \
         there is no key to sign with. 'onestop keys init' makes one beside the key of the command line",
    )?;
    let token = issuer.late_approval(&claim, &context.actor()?);
    let token =
        token.context("批准无法签署，请核对 --by / the approval cannot be signed: check --by")?;
    let approval = PrintedApproval { token };
    let text = || approval.token.clone();
    context.output.print_value(&approval, text);
    Ok(())
}

impl CliContext<'_> {
    /// Adds the hash of what was sent to the refusal of a late entry whose approval is missing: the approver signs it.
    pub(super) fn name_content(&self, error: ClientError, content: &ContentHash) -> ClientError {
        let ClientError::Rejected(mut rejected) = error else {
            return error;
        };
        let details = rejected.details.as_object_mut();
        if let ("late-approval-not-given", Some(details)) = (rejected.code.as_str(), details) {
            details.insert("content".to_owned(), json!(content));
            if !self.args.json {
                let named = [("content", content.as_str())];
                let message = self.output.message_with("late-content", &named);
                self.output.print_error(&message);
            }
        }
        ClientError::Rejected(rejected)
    }
}
