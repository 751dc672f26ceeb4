//! The standbys that run on this machine, by what each has written into its folder.

use std::path::Path;

use onestop_chassis::{clock::SystemClock, standby::FollowProgress};
use onestop_proto::actor::ServiceName;

use super::{Finding, State};
use crate::{
    output::Output,
    services,
    standby::{
        progress::{self, FILE, Reported},
        words,
    },
};

/// A standby that has said nothing for so many seconds does not run: it says something every few.
const SILENT_SECONDS: f64 = 20.0;

pub(super) fn findings(data: &Path, output: &Output) -> Vec<Finding> {
    let all = services::names().into_iter();
    let all = all.chain([onestop_gateway::name()]);
    all.filter_map(|name| finding(&name, &data.join(name.as_str()), output))
        .collect()
}

/// What one says; nothing where no standby follows, or where it has taken over.
fn finding(name: &ServiceName, folder: &Path, output: &Output) -> Option<Finding> {
    let Reported {
        progress,
        refused,
        at,
        ..
    } = progress::read(&folder.join(FILE))?;
    let about = format!("{} {name}", output.message("doctor-standby-here"));
    if let Some(refused) = refused {
        let refused = Finding::good(about, refused);
        return Some(refused.but(State::Bad, output.message("doctor-standby-refused")));
    }
    let found = Finding::good(about, words::progress(&progress, output));
    if SystemClock.now().seconds_since(at) > SILENT_SECONDS {
        let stopped = Finding {
            found: format!(
                "{} {}",
                output.message("doctor-standby-stopped"),
                output.moment(at)
            ),
            ..found
        };
        return Some(stopped.but(State::Bad, output.message("doctor-standby-restart")));
    }
    let to_do = |id| output.message(id);
    Some(match progress {
        FollowProgress::Following { .. } => found,
        FollowProgress::CatchingUp { .. } => {
            found.but(State::Look, to_do("standby-catching-up-do"))
        }
        FollowProgress::Seeking | FollowProgress::Silent { .. } => {
            found.but(State::Look, to_do("standby-silent-do"))
        }
        FollowProgress::Withheld { .. } => found.but(State::Bad, to_do("standby-withheld-do")),
    })
}

#[cfg(test)]
mod tests {
    use onestop_proto::text::Language;

    use super::*;

    fn found(
        progress: &FollowProgress,
        refused: Option<&str>,
        seconds_ago: i64,
    ) -> (State, String) {
        let folder = tempfile::tempdir().unwrap();
        let own = folder.path().join("referral");
        std::fs::create_dir(&own).unwrap();
        let reported = Reported {
            own: "/onestop/referral/main".parse().unwrap(),
            progress: progress.clone(),
            refused: refused.map(str::to_owned),
            at: SystemClock.now().plus_seconds(-seconds_ago),
        };
        progress::write(&own.join(FILE), &reported).unwrap();
        let output = Output::text_in(Language::Zh);
        let all = findings(folder.path(), &output);
        assert_eq!(all.len(), 1);
        (all[0].state, all[0].found.clone())
    }

    #[test]
    fn what_a_standby_waits_for_is_said_and_one_that_does_not_run_is_named() {
        let following = FollowProgress::Following { term: 3, behind: 2 };
        let (state, said) = found(&following, None, 1);
        assert_eq!(state, State::Good);
        assert!(said.contains('3') && said.contains('2'), "{said}");
        let withheld = FollowProgress::Withheld {
            held: 40,
            missing: 7,
        };
        let (state, said) = found(&withheld, None, 1);
        assert_eq!(state, State::Bad);
        assert!(said.contains("40") && said.contains('7'), "{said}");
        assert_eq!(found(&following, None, 60).0, State::Bad);
        let (state, said) = found(&FollowProgress::Seeking, Some("它不接受此密钥"), 600);
        assert_eq!((state, &*said), (State::Bad, "它不接受此密钥"));
    }
}
