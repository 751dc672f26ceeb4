//! Onestop (一窗): everything in one process (`onestop up`), and the command line for window staff,
//! specialists, supervisors and operators.
//!
//! The command line decides nothing: it sends commands and questions to the services over NATS and prints their
//! answers.

#![allow(
    rustdoc::invalid_html_tags,
    reason = "doc comments of the command line are its help, where <unit> stands for a word"
)]

#[macro_use]
mod messages;

mod backup;
mod bounded_file;
mod broker;
mod broker_log;
mod cli;
mod cosigned;
mod cut;
mod directory;
mod doctor;
mod exit;
mod failure_words;
mod healthcheck;
mod keys;
mod ledger;
mod logs;
mod output;
mod part_file;
mod progress;
mod proof;
mod provision;
mod reconcile;
mod refill;
mod refill_refusal;
mod remote;
mod restore;
mod scratch;
mod services;
mod sheet;
mod staff;
mod standby;
mod tied_child;
mod up;
mod usage;
mod verify;

use std::{
    io::{self, Write as _},
    process::ExitCode,
};

use clap::CommandFactory;
use onestop_chassis::{process, settings::Settings};

use crate::{
    cli::{Cli, Command, LedgerCommand, LogCommand},
    output::Output,
    remote::CliContext,
};

fn main() -> ExitCode {
    if let Some(error) = tied_child::become_program() {
        let _ = writeln!(io::stderr(), "{error}");
        return ExitCode::FAILURE;
    }
    process::prepare();
    let cli = match usage::read_command_line() {
        Ok(cli) => cli,
        Err(code) => return code,
    };
    let output = Output::new(&cli.args);
    let unheeded = cli.unheeded();
    if !unheeded.is_empty() {
        let arguments = [("arguments", &*unheeded.join(" "))];
        output.print_error(&output.message_with("arguments-unheeded", &arguments));
        return ExitCode::from(usage::USAGE);
    }
    match run(&cli, &output) {
        Ok(code) => code,
        Err(error) => exit::report(&error, &cli.settings, &output),
    }
}

fn run(cli: &Cli, output: &Output) -> anyhow::Result<ExitCode> {
    let settings = exit::settings(&cli.settings)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    runtime.block_on(dispatch(cli, &settings, output))
}

async fn dispatch(cli: &Cli, settings: &Settings, output: &Output) -> anyhow::Result<ExitCode> {
    let open = async || CliContext::open(&cli.args, settings, output).await;
    match &cli.command {
        Command::Up { port, training } => {
            let purpose = if *training {
                up::Purpose::Training
            } else {
                up::Purpose::Work
            };
            Box::pin(up::run(settings.clone(), *port, purpose, output)).await?;
        }
        Command::Completions { shell } => print_completions(*shell, output),
        Command::Directory { command } => {
            directory::run(command, &cli.args, settings, output).await?;
        }
        Command::Verify(args) => return verify::run(args, settings, output).await,
        Command::Staff { command } => staff::run(command, settings, output)?,
        Command::Keys { command } => {
            let own = broker::keys_folder(&settings.data);
            keys::run(command, &own, settings, output)?;
        }
        Command::Provision(command) => provision::run(command, settings, output).await?,
        Command::Source { command } => remote::source::run(command, &open().await?).await?,
        Command::Ledger { command } => match command {
            LedgerCommand::Wait { within } => ledger::wait(*within, settings, output).await?,
            LedgerCommand::Rebuild => ledger::rebuild(settings, output)?,
            LedgerCommand::Cases(args) => remote::figure_cases::run(args, &open().await?).await?,
        },
        Command::Healthcheck => return healthcheck::run(settings.http, output).await,
        Command::Doctor => return Ok(doctor::run(settings, output).await),
        Command::UpgradeCheck => return Ok(Box::pin(doctor::upgrade::run(settings, output)).await),
        Command::Backup { command } => backup::run(command, settings, output).await?,
        Command::Standby(args) => Box::pin(standby::run(args, settings, output)).await?,
        Command::Switch(args) => standby::switch::run(args, settings, output).await?,
        Command::Restore(args) => Box::pin(restore::run(args, settings, output)).await?,
        Command::Reconcile(args) => {
            return Box::pin(reconcile::run(args, &cli.args, settings, output)).await;
        }
        Command::Log { command } => match command {
            LogCommand::File(command) => logs::run(command, settings, output).await?,
            LogCommand::Refill(args) => {
                let existing = refill::Existing::Refuse;
                Box::pin(refill::run(args, existing, settings, output)).await?;
            }
        },
        Command::Proof(proof) => proof::write(proof, &open().await?).await?,
        Command::VerifyProof(proof) => return proof::verify(proof, output),
        Command::Case { command } => remote::case::run(command, &open().await?).await?,
        Command::Erase(command) => open().await?.send_contract(command).await?,
        Command::Referral { command } => remote::referral::run(command, &open().await?).await?,
        Command::Registry { command } => remote::site_file::run(command, &open().await?).await?,
        Command::Matter(command) => remote::matter::run(command, &open().await?).await?,
        Command::Parked { command } => remote::parked::run(command, &open().await?).await?,
        Command::Replay(args) => remote::replay::run(args, &open().await?).await?,
        Command::ApproveLateEntry(args) => remote::late_approval::run(args, &open().await?).await?,
        Command::Audit { command } => remote::audit::run(command, settings, &open().await?).await?,
        Command::Tail { subject } => remote::tail::run(subject, settings, output).await?,
    }
    Ok(ExitCode::SUCCESS)
}

fn print_completions(shell: clap_complete::Shell, output: &Output) {
    let mut text = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "onestop", &mut text);
    output.print(&String::from_utf8_lossy(&text));
}
