//! What the subscribers of a lost log have heard of it: by their own logs where they are stopped, by their answers where
//! they run.

use std::collections::BTreeSet;

use onestop_chassis::refill::{History, Received};
use onestop_proto::{contract, envelope::Source, query::SourcesQuery};

use super::sources::{Connection, stopped_log};
use crate::{cli::RefillArgs, failure_words::said_alone};

/// What they said.
pub(super) struct Answers {
    pub(super) heard: Vec<Received>,
    /// Those that could not be asked.
    pub(super) not_asked: Vec<Source>,
}

/// Asks the main instance of every subscriber, and every other instance of which an event is known.
///
/// # Errors
/// If a main instance cannot be asked, and the operator did not say that it need not be. A site may be away for weeks.
pub(super) async fn ask(
    args: &RefillArgs,
    history: &History,
    connection: &mut Connection<'_>,
) -> anyhow::Result<Answers> {
    let own = history.own();
    let mut answers = Answers {
        heard: Vec::new(),
        not_asked: Vec::new(),
    };
    for by in subscribers(history) {
        match ask_one(&by, own, connection).await {
            Ok(heard) => answers.heard.extend(heard),
            Err(error) => {
                let is_left_out = args.despite.iter().any(|despite| despite.0 == by);
                if by.is_main() && !is_left_out {
                    let service = &by.service;
                    return Err(said_alone(&error).context(said!(
                        "refill-subscriber-not-asked",
                        by = by,
                        service = service
                    )));
                }
                answers.not_asked.push(by);
            }
        }
    }
    Ok(answers)
}

fn subscribers(history: &History) -> BTreeSet<Source> {
    let names = contract::subscribers(&history.own().service);
    let known = history.others().iter();
    let others = known
        .filter(|other| names.contains(&other.service))
        .cloned();
    let others: Vec<Source> = others.collect();
    names.into_iter().map(Source::main).chain(others).collect()
}

async fn ask_one(
    by: &Source,
    own: &Source,
    connection: &mut Connection<'_>,
) -> anyhow::Result<Option<Received>> {
    if by.instance == connection.settings.instance
        && let Some((log, _lock)) = stopped_log(&by.service, connection.settings)?
    {
        return Ok(Received::of_cursors(by, own, log.cursors()));
    }
    let client = connection.client().await?;
    let of = Some(own.clone());
    let answer = client.ask_instance(by, None, &SourcesQuery { of }).await?;
    Ok(Received::of_answer(by, own, &answer))
}
