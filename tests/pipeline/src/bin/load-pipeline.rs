//! `load-pipeline`: see `tests/pipeline.sh`, which builds what it needs and runs it.

#![allow(clippy::print_stdout, reason = "it prints what it measured")]

use std::{path::PathBuf, time::Duration};

use clap::{Args, Parser, Subcommand, ValueEnum};
use onestop_pipeline::{
    fill::{Fill, fill},
    history::{Extent, Scale},
    measure::{Order, Part, measure},
    needs::{self, Assumed, Measured},
    report::{self, Peer, Report, read, table},
    site::Programs,
};

#[derive(Parser)]
#[command(about = "Fills Onestop with years of cases, drives it over the broker, and measures")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Fill the logs of a data folder on which Onestop has run once
    Fill(FillArgs),
    /// Measure the executables of a folder
    Measure(MeasureArgs),
    /// Print the table of reports
    Table {
        /// The reports, one column each
        #[arg(required = true)]
        reports: Vec<PathBuf>,
        /// The peer's figures
        #[arg(long)]
        peer: Option<PathBuf>,
        /// A line for each number of brokers with each standby
        #[arg(long)]
        by_standby: bool,
    },
    /// Print what a province and a nation need, by what a report measured
    Needs {
        /// The report
        report: PathBuf,
        #[command(flatten)]
        assumed: Assumed,
    },
}

/// What the cases of a data folder are.
#[derive(Args)]
struct ScaleArgs {
    #[arg(long)]
    cases: u64,
    /// The share that is open at the end
    #[arg(long, default_value_t = 0.01)]
    open: f64,
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

#[derive(Args)]
struct FillArgs {
    #[command(flatten)]
    scale: ScaleArgs,
    #[arg(long)]
    data: PathBuf,
    #[arg(long)]
    nats_server: PathBuf,
    /// How far the cases are followed
    #[arg(long, value_enum, default_value_t = ExtentArg::Whole)]
    extent: ExtentArg,
}

#[derive(Clone, Copy, ValueEnum)]
enum ExtentArg {
    /// By every service, to their ends
    Whole,
    /// By intake alone
    Opened,
}

#[derive(Args)]
struct MeasureArgs {
    #[command(flatten)]
    scale: ScaleArgs,
    /// The column's title
    #[arg(long)]
    name: String,
    /// The folder of the executables that are measured
    #[arg(long)]
    programs: PathBuf,
    /// The executable that fills; this one, where it is not said
    #[arg(long)]
    filler: Option<PathBuf>,
    #[arg(long)]
    nats_server: PathBuf,
    /// The folder for data
    #[arg(long)]
    work: PathBuf,
    /// The file of the report
    #[arg(long)]
    report: PathBuf,
    /// Seconds of each short measurement
    #[arg(long, default_value_t = 20.0)]
    short: f64,
    /// Seconds of rest
    #[arg(long, default_value_t = 60.0)]
    idle: f64,
    /// Seconds of the sustained load
    #[arg(long, default_value_t = 60.0)]
    sustained: f64,
    /// Journeys at once
    #[arg(long, default_value_t = 256)]
    at_once: usize,
    /// Cases of the backlog
    #[arg(long, default_value_t = 100_000)]
    backlog: u64,
    /// What is measured: all of it but standby, where it is not said
    #[arg(long, value_enum, value_delimiter = ',')]
    parts: Vec<Part>,
    /// Seconds that the end of a load, a ledger or a journal is waited for
    #[arg(long, default_value_t = 1_800.0)]
    patience: f64,
}

fn main() -> anyhow::Result<()> {
    match Cli::parse().command {
        Command::Fill(args) => run_fill(args),
        Command::Measure(args) => run_measure(args),
        Command::Table {
            reports,
            peer,
            by_standby,
        } => {
            let reports = reports.iter().map(|file| read::<Report>(file));
            let reports = reports.collect::<anyhow::Result<Vec<_>>>()?;
            let peer = peer.map(|file| read::<Peer>(&file)).transpose()?;
            let text = if by_standby {
                report::by_standby(&reports)
            } else {
                table(&reports, peer.as_ref())
            };
            print!("{text}");
            Ok(())
        }
        Command::Needs { report, assumed } => {
            let measured = Measured::of(&read::<Report>(&report)?);
            let measured = measured.map_err(|row| {
                anyhow::anyhow!(
                    "{} has no number for '{row}': measure rest and load",
                    report.display()
                )
            })?;
            print!("{}", needs::table(&measured, &assumed));
            Ok(())
        }
    }
}

fn run_fill(args: FillArgs) -> anyhow::Result<()> {
    let order = Fill {
        data: args.data,
        nats_server: args.nats_server,
        scale: Scale {
            cases: args.scale.cases,
            open: args.scale.open,
            seed: args.scale.seed,
            extent: match args.extent {
                ExtentArg::Whole => Extent::Whole,
                ExtentArg::Opened => Extent::Opened,
            },
        },
    };
    let filled = fill(&order);
    println!("{}", serde_json::to_string(&filled)?);
    Ok(())
}

fn run_measure(args: MeasureArgs) -> anyhow::Result<()> {
    let filler = match args.filler {
        Some(program) => program,
        None => std::env::current_exe()?,
    };
    let parts = match args.parts {
        none if none.is_empty() => Part::ALL.to_vec(),
        some => some,
    };
    let order = Order {
        name: args.name,
        parts,
        programs: Programs {
            folder: args.programs,
            nats_server: args.nats_server,
        },
        filler,
        work: args.work,
        cases: args.scale.cases,
        open: args.scale.open,
        seed: args.scale.seed,
        short: Duration::from_secs_f64(args.short),
        idle: Duration::from_secs_f64(args.idle),
        sustained: Duration::from_secs_f64(args.sustained),
        at_once: args.at_once,
        backlog: args.backlog,
        patience: Duration::from_secs_f64(args.patience),
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    let report = runtime.block_on(measure(&order));
    report.write(&args.report)
}
