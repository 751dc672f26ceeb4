//! Onestop (一窗): everything in one process (`onestop up`), and the command line for window staff,
//! specialists, supervisors and operators.
//!
//! It decides nothing: it asks the services over NATS and shows their answers.

#![allow(
    rustdoc::invalid_html_tags,
    reason = "doc comments of the command line are its help, where <unit> stands for a word"
)]

mod ask;
mod backup;
mod broker;
mod cli;
mod directory;
mod doctor;
mod draft;
mod exit;
mod follow;
mod keys;
mod ledger;
mod logs;
mod output;
mod progress;
mod proof;
mod provision;
mod replay;
mod services;
mod staff;
mod tail;
mod up;
mod verify;

use std::process::ExitCode;

use clap::{CommandFactory, Parser};

use crate::{
    cli::{Cli, Command, LedgerCommand},
    output::Output,
};

fn main() -> ExitCode {
    let cli = Cli::parse();
    let output = Output::new(cli.shared.json, cli.shared.lang);
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
    match &cli.command {
        Command::Up { port } => runtime.block_on(up::up(settings, *port, output))?,
        Command::Completions { shell } => {
            let mut text = Vec::new();
            clap_complete::generate(*shell, &mut Cli::command(), "onestop", &mut text);
            output.text(&String::from_utf8_lossy(&text));
        }
        Command::Directory { about } => directory::answer(about, &settings, output)?,
        Command::Verify { offline: true } => return verify::offline(&settings, output),
        Command::Verify { offline: false } => {
            return runtime.block_on(verify::online(&settings, output));
        }
        Command::Staff { about } => staff::carry_out(about, &settings, output)?,
        Command::Keys { about } => keys::carry_out(about, &settings, output)?,
        Command::Provision(asked) => {
            runtime.block_on(provision::carry_out(asked, &settings, output))?;
        }
        Command::Source { about } => {
            runtime.block_on(ask::source::carry_out(
                about,
                &cli.shared,
                &settings,
                output,
            ))?;
        }
        Command::Ledger { about } => match about {
            LedgerCommand::Wait => runtime.block_on(ledger::wait(&settings, output))?,
            LedgerCommand::Rebuild => ledger::rebuild(&settings, output)?,
        },
        Command::Doctor => return Ok(runtime.block_on(doctor::look(&settings, output))),
        Command::Backup { about } => {
            runtime.block_on(backup::carry_out(about, &settings, output))?;
        }
        Command::Log { about } => {
            runtime.block_on(logs::carry_out(about, &settings, output))?;
        }
        Command::Proof(asked) => {
            runtime.block_on(proof::make(asked, &cli.shared, &settings, output))?;
        }
        Command::VerifyProof(asked) => return proof::verify(asked, output),
        Command::Case { about } => {
            runtime.block_on(ask::case::carry_out(about, &cli.shared, &settings, output))?;
        }
        Command::Erase(asked) => {
            runtime.block_on(ask::person::erase(asked, &cli.shared, &settings, output))?;
        }
        Command::Referral { about } => {
            runtime.block_on(ask::referral::carry_out(
                about,
                &cli.shared,
                &settings,
                output,
            ))?;
        }
        Command::Matter(about) => {
            runtime.block_on(ask::matter::carry_out(
                about,
                &cli.shared,
                &settings,
                output,
            ))?;
        }
        Command::Parked { about } => {
            runtime.block_on(ask::parked::carry_out(
                about,
                &cli.shared,
                &settings,
                output,
            ))?;
        }
        Command::Replay(asked) => {
            runtime.block_on(replay::replay(asked, &settings, output))?;
        }
        Command::Tail { subject } => runtime.block_on(tail::tail(subject, &settings, output))?,
    }
    Ok(ExitCode::SUCCESS)
}
