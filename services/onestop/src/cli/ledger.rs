//! `onestop ledger …`: the journal's lists.

use clap::{Args, Subcommand};
use onestop_proto::{
    division::DivisionCode,
    ids::{ServiceItem, StaffId},
    ledger::{AgeBand, CountedAs, HandledBy, Reach},
    referral::ReturnReason,
    time::{InvalidTime, Timestamp},
};

#[derive(Subcommand)]
pub(crate) enum LedgerCommand {
    /// Wait until lists are answered, with a bar
    #[command(after_help = "Example: onestop ledger wait")]
    Wait {
        /// Give up after so many seconds
        #[arg(long, value_name = "SECONDS")]
        within: Option<u64>,
    },
    /// Make the lists anew from the journal's log; the services must be stopped
    #[command(after_help = "Example: onestop ledger rebuild --data ./data")]
    Rebuild,
    /// The cases behind one figure of the timeliness or of the workload of a division
    #[command(
        after_help = "Example: onestop ledger cases received --from 2026-03-01 --to 2026-03-31 --by supervisor/he-jun@530821.bureau"
    )]
    Cases(FigureArgs),
}

/// A figure: what is counted, where and when.
#[derive(Args)]
pub(crate) struct FigureArgs {
    /// What it counts, such as received, closed, step-overdue, sent-back or in-hand
    pub(crate) counted: CountedAs,
    /// Where the units are for which it counts; without it, in the division of who asks
    #[arg(long = "in", value_name = "DIVISION")]
    pub(crate) counted_in: Option<DivisionCode>,
    /// Which of its units: all, own-level
    #[arg(long)]
    pub(crate) reach: Option<Reach>,
    /// Only what counts for this unit: its id, or <division>.<kind>
    #[arg(long)]
    pub(crate) unit: Option<String>,
    /// Only what was counted under this item
    #[arg(long)]
    pub(crate) item: Option<ServiceItem>,
    /// The period begins: a moment, or a day with its beginning
    #[arg(long, value_name = "TIME", value_parser = beginning)]
    pub(crate) from: Option<Timestamp>,
    /// It ends: a moment, or a day with its end
    #[arg(long, value_name = "TIME", value_parser = end)]
    pub(crate) to: Option<Timestamp>,
    /// As of then, likewise
    #[arg(long, value_name = "TIME", value_parser = end)]
    pub(crate) as_of: Option<Timestamp>,
    /// Only what was sent back for this reason
    #[arg(long)]
    pub(crate) reason: Option<ReturnReason>,
    /// Of what is in hand, only what this person acted on last
    #[arg(long)]
    pub(crate) staff: Option<StaffId>,
    /// Of what is in hand, only what a person has acted on, or no person
    #[arg(long)]
    pub(crate) handled: Option<HandledBy>,
    /// Of what is in hand, only what is of this age: week, month, quarter, half-year, longer
    #[arg(long)]
    pub(crate) age: Option<AgeBand>,
    /// Of what is in hand, only what was opened in this part of the division
    #[arg(long, value_name = "DIVISION")]
    pub(crate) opened_in: Option<DivisionCode>,
}

/// Whether a text says the time of day.
fn is_moment(text: &str) -> bool {
    text.contains([':', '：'])
}

fn beginning(text: &str) -> Result<Timestamp, InvalidTime> {
    let end = Timestamp::end_of(text)?;
    Ok(if is_moment(text) {
        end
    } else {
        Timestamp::start_of_china_day(end.china_date())
    })
}

fn end(text: &str) -> Result<Timestamp, InvalidTime> {
    let end = Timestamp::end_of(text)?;
    Ok(if is_moment(text) {
        end
    } else {
        Timestamp::end_of_china_day(end.china_date())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_all_of_it_and_a_moment_is_itself() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        assert_eq!(beginning("2026-03-01").unwrap(), at("2026-03-01 00:00:00"));
        assert_eq!(end("2026年3月31日").unwrap(), at("2026-04-01 00:00:00"));
        for read in [beginning, end] {
            assert_eq!(read("2026-03-04 15:20").unwrap(), at("2026-03-04 15:20:00"));
        }
    }
}
