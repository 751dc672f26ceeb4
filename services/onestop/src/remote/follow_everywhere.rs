//! `onestop source follow-everywhere`: one decision about a source, for every service that has set it aside.

use std::collections::BTreeSet;

use anyhow::bail;
use onestop_chassis::client::{ClientError, CommandMeta, QuestionMeta};
use onestop_proto::{
    actor::ServiceName,
    contract,
    query::SourcesQuery,
    replication::{Command, FollowSource, ReplicationState},
};
use serde::Serialize;
use uuid::Uuid;

use super::CliContext;
use crate::cli::FollowEverywhere;

/// A service that has set the source aside, with the history that the source has.
struct Aside {
    service: ServiceName,
    epoch: Uuid,
}

#[derive(Serialize)]
struct Followed {
    epoch: Uuid,
    by: Vec<ServiceName>,
    refused: Vec<ServiceName>,
    not_asked: Vec<ServiceName>,
}

pub(crate) async fn run(
    context: &CliContext<'_>,
    decided: &FollowEverywhere,
) -> anyhow::Result<()> {
    let output = context.output;
    let (aside, not_asked) = who_set_aside(context, decided).await?;
    let epoch = agreed(&aside, decided)?;
    let mut followed = Followed {
        epoch,
        by: Vec::new(),
        refused: Vec::new(),
        not_asked,
    };
    let key = context.key();
    for Aside { service, .. } in aside.iter().filter(|aside| aside.epoch == epoch) {
        let meta = CommandMeta::new(key.forwarded(service.as_str()), context.actor()?, None);
        let command = Command::from(FollowSource {
            source: decided.source.clone(),
            epoch,
            why: decided.why.clone(),
            division: decided.division,
            alone: decided.alone.clone(),
        });
        match context.client.command(service, meta, &command).await {
            Ok(_) => followed.by.push(service.clone()),
            Err(ClientError::Rejected(rejected)) => {
                let why = output.words(&rejected.message);
                output.print_error(&format!("✗ {service}: {why}"));
                followed.refused.push(service.clone());
            }
            Err(error) => return Err(error.into()),
        }
    }
    for service in &followed.not_asked {
        let silent = output.message("source-not-asked");
        output.print_error(&format!("! {service}: {silent}"));
    }
    let done = output.message("source-followed");
    output.print_value(&followed, || {
        format!("{}: {done} {epoch}", listed(&followed.by))
    });
    if followed.refused.is_empty() {
        return Ok(());
    }
    bail!(said!(
        "follow-refused",
        services = listed(&followed.refused)
    ))
}

/// Who has set it aside, and who could not be asked.
async fn who_set_aside(
    context: &CliContext<'_>,
    decided: &FollowEverywhere,
) -> anyhow::Result<(Vec<Aside>, Vec<ServiceName>)> {
    let (mut aside, mut not_asked) = (Vec::new(), Vec::new());
    for service in contract::subscribers(&decided.source.service) {
        let query = SourcesQuery {
            of: Some(decided.source.clone()),
        };
        let meta = QuestionMeta::default();
        let answer = match context.client.ask_service(&service, meta, &query).await {
            Ok(answer) => answer,
            Err(ClientError::NoAnswer { .. } | ClientError::Refused { .. }) => {
                not_asked.push(service);
                continue;
            }
            Err(error) => return Err(error.into()),
        };
        for state in answer.sources {
            if let ReplicationState::Diverged { epoch, .. } = state.state {
                let service = service.clone();
                aside.push(Aside { service, epoch });
            }
        }
    }
    Ok((aside, not_asked))
}

/// The one history that is followed from now on.
fn agreed(aside: &[Aside], decided: &FollowEverywhere) -> anyhow::Result<Uuid> {
    let told: BTreeSet<Uuid> = aside.iter().map(|aside| aside.epoch).collect();
    let source = &decided.source;
    match (decided.epoch, told.first()) {
        (_, None) => bail!(said!("follow-none", source = source)),
        (Some(epoch), Some(_)) if told.contains(&epoch) => Ok(epoch),
        (None, Some(epoch)) if told.len() == 1 => Ok(*epoch),
        (_, Some(_)) => {
            let told: Vec<_> = told.iter().map(ToString::to_string).collect();
            bail!(said!(
                "follow-which",
                source = source,
                epochs = told.join(", ")
            ))
        }
    }
}

fn listed(services: &[ServiceName]) -> String {
    let names: Vec<_> = services.iter().map(ToString::to_string).collect();
    names.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decided(epoch: Option<u128>) -> FollowEverywhere {
        FollowEverywhere {
            source: "/onestop/intake/main".parse().unwrap(),
            epoch: epoch.map(Uuid::from_u128),
            why: "按备份恢复".to_owned(),
            division: "530821".parse().unwrap(),
            alone: None,
        }
    }

    fn aside(epochs: &[u128]) -> Vec<Aside> {
        let services = crate::services::names().into_iter();
        let epochs = epochs.iter().map(|epoch| Uuid::from_u128(*epoch));
        let pairs = services.zip(epochs);
        pairs
            .map(|(service, epoch)| Aside { service, epoch })
            .collect()
    }

    #[test]
    fn a_history_is_followed_if_all_tell_of_one_or_the_operator_says_which() {
        let seven = Uuid::from_u128(7);
        assert_eq!(agreed(&aside(&[7, 7, 7]), &decided(None)).unwrap(), seven);
        assert_eq!(agreed(&aside(&[7, 8]), &decided(Some(7))).unwrap(), seven);
        assert!(agreed(&aside(&[7, 8]), &decided(None)).is_err());
        assert!(agreed(&aside(&[7, 8]), &decided(Some(9))).is_err());
        assert!(agreed(&aside(&[]), &decided(Some(7))).is_err());
    }
}
