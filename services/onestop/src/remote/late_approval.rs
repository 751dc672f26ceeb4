//! `onestop approve-late-entry`: the signed approval (补录审批) that another person adds to what they enter late.

use std::path::Path;

use anyhow::{Context, bail, ensure};
use onestop_chassis::client::ClientError;
use onestop_proto::{
    actor::Actor,
    field_names::field_words,
    ids::{CaseRef, CommandId},
    late_entry::{ApprovalClaim, ContentHash},
    personal::TextsQuery,
};
use serde::Serialize;
use serde_json::{Value, json};

use super::CliContext;
use crate::{bounded_file, cli::ApproveLateEntryArgs};

/// What `--json` prints.
#[derive(Serialize)]
struct PrintedApproval {
    token: String,
}

/// Signs the approval as the actor whom `--by` names, and prints it. The service that decides checks it. What is approved is shown
/// before, if it is given.
pub(crate) async fn run(
    args: &ApproveLateEntryArgs,
    context: &CliContext<'_>,
) -> anyhow::Result<()> {
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
    let approver = context.actor()?;
    if let Some(file) = &args.data {
        show(args, (file, entry), &approver, context).await?;
    }
    let issuer = context.client.bus().issuer();
    let issuer = issuer.context(
        "没有用来签名的密钥，请用 onestop keys init 在命令行的密钥旁生成 / \
         there is no key to sign with. 'onestop keys init' makes one beside the key of the command line",
    )?;
    let token = issuer.late_approval(&claim, &approver);
    let token =
        token.context("批准无法签署，请核对 --by / the approval cannot be signed: check --by")?;
    let approval = PrintedApproval { token };
    let text = || approval.token.clone();
    context.output.print_value(&approval, text);
    Ok(())
}

/// Shows what is approved, once intake has recorded that the approver reads it.
async fn show(
    args: &ApproveLateEntryArgs,
    (file, entry): (&Path, CommandId),
    approver: &Actor,
    context: &CliContext<'_>,
) -> anyhow::Result<()> {
    let text = bounded_file::read_text(file, bounded_file::SMALL)?;
    let data: Value = serde_json::from_str(&text)
        .with_context(|| said!("late-data-not-json", path = file.display()))?;
    ensure!(
        ContentHash::of(&data) == args.content,
        said!("late-data-other", path = file.display())
    );
    let reading = TextsQuery {
        case: args.case.clone().unwrap_or(CaseRef::Id(entry.case())),
        texts: Vec::new(),
        late_entry: Some(entry),
    };
    context
        .client
        .ask(approver.clone().into(), &reading)
        .await?;
    let mut lines = Vec::new();
    add_lines("", &data, context, &mut lines);
    context.output.print_error(&lines.join("\n"));
    Ok(())
}

/// A line for each field that was filled in.
fn add_lines(path: &str, value: &Value, context: &CliContext<'_>, lines: &mut Vec<String>) {
    match value {
        Value::Null => {}
        Value::Object(fields) => {
            for (name, inner) in fields {
                let joint = if path.is_empty() { "" } else { "." };
                add_lines(&format!("{path}{joint}{name}"), inner, context, lines);
            }
        }
        Value::Array(list) => {
            for (index, inner) in list.iter().enumerate() {
                add_lines(&format!("{path}[{index}]"), inner, context, lines);
            }
        }
        Value::String(text) => lines.push(line(path, text, context)),
        Value::Bool(_) | Value::Number(_) => lines.push(line(path, &value.to_string(), context)),
    }
}

fn line(path: &str, text: &str, context: &CliContext<'_>) -> String {
    let label = field_words(path);
    format!("  {}: {text}", context.output.words(&label))
}

impl CliContext<'_> {
    /// Adds what was sent, and its hash, to the refusal of a late entry whose approval is missing: the approver reads the one and
    /// signs the other.
    pub(super) fn name_content(&self, error: ClientError, data: Value) -> ClientError {
        let ClientError::Rejected(mut rejected) = error else {
            return error;
        };
        let details = rejected.details.as_object_mut();
        if let ("late-approval-not-given", Some(details)) = (rejected.code.as_str(), details) {
            let content = ContentHash::of(&data);
            details.insert("content".to_owned(), json!(content));
            details.insert("data".to_owned(), data);
            if !self.args.json {
                let named = [("content", content.as_str())];
                let message = self.output.message_with("late-content", &named);
                self.output.print_error(&message);
            }
        }
        ClientError::Rejected(rejected)
    }
}
