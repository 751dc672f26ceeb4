//! `onestop staff`: the accounts of the workbench. It writes the gateway's file directly, so that the first
//! administrator can be added.

mod import;

use std::path::Path;

use onestop_chassis::settings::Settings;
use onestop_gateway::accounts::{Account, Accounts, Hand, Post, PostChange, one_time};
use onestop_proto::ids::StaffId;

use crate::{
    bounded_file,
    cli::{ImportArguments, PostArguments, PostCommand, StaffCommand},
    output::Output,
    remote,
};

const HISTORY: u32 = 500;

/// The account that the history names for changes by this program.
const BY: &str = "command-line";

pub(crate) fn run(
    command: &StaffCommand,
    settings: &Settings,
    output: &Output,
) -> anyhow::Result<()> {
    let accounts = Accounts::open(&settings.data)?;
    match command {
        StaffCommand::List => list(&accounts, output),
        StaffCommand::History => show_history(&accounts, output),
        StaffCommand::Disable { id, reason } => {
            confirmed(id, accounts.disable(id, hand(reason.as_deref())), output)
        }
        StaffCommand::Enable { id, reason } => {
            confirmed(id, accounts.enable(id, hand(reason.as_deref())), output)
        }
        StaffCommand::Reset { id, reason } => {
            let one_time = accounts.reset(id, hand(Some(reason)))?;
            show_password("staff-one-time-password", id, &one_time, output);
            Ok(())
        }
        StaffCommand::ResetFactor { id, reason } => {
            let reset = accounts.reset_second_factor(id, hand(Some(reason)));
            confirmed(id, reset, output)
        }
        StaffCommand::Import(arguments) => import_sheet(&accounts, arguments, settings, output),
        StaffCommand::Template { out } => import::template(out, output),
        StaffCommand::Post { command } => change_post(&accounts, command, settings, output),
        StaffCommand::Add {
            id,
            name,
            role,
            unit,
            password_file,
            change,
            reason,
        } => {
            let unit = remote::find_unit(&remote::load_directory(settings)?, unit)?;
            let given = password_file.as_deref().map(read).transpose()?;
            let password = given.clone().map_or_else(one_time, Ok)?;
            let account = Account {
                id: id.clone(),
                name: name.clone(),
                role: *role,
                unit,
                other_posts: Vec::new(),
                disabled_at: None,
            };
            let hand = hand(reason.as_deref());
            if *change {
                accounts.put(account, &password, hand)?;
            } else {
                accounts.add_with_password(account, &password, hand)?;
            }
            let shown = given.map_or(password, |_| String::new());
            show_password("staff-set", id, &shown, output);
            Ok(())
        }
    }
}

fn show_password(message: &str, id: &StaffId, password: &str, output: &Output) {
    let text = output.message(message);
    output.print(&format!("{text}: {id}  {password}\n"));
}

fn show_history(accounts: &Accounts, output: &Output) -> anyhow::Result<()> {
    let lines = accounts.history(HISTORY)?;
    output.print_value(&lines, || {
        let lines: Vec<String> = lines.iter().map(|line| line.join("  ")).collect();
        lines.join("\n")
    });
    Ok(())
}

fn import_sheet(
    accounts: &Accounts,
    arguments: &ImportArguments,
    settings: &Settings,
    output: &Output,
) -> anyhow::Result<()> {
    let purpose = if arguments.check {
        import::Purpose::Check
    } else {
        import::Purpose::Add
    };
    let target = import::Target {
        accounts,
        directory: &remote::load_directory(settings)?,
        hand: hand(arguments.reason.as_deref()),
    };
    import::import(&arguments.file, purpose, &target, output)
}

/// Says that an account was changed, if it was: one line, or its id where a program reads.
fn confirmed(id: &StaffId, changed: anyhow::Result<()>, output: &Output) -> anyhow::Result<()> {
    changed?;
    output.print_value(&id, || {
        format!("✓ {}: {id}", output.message("staff-changed"))
    });
    Ok(())
}

fn change_post(
    accounts: &Accounts,
    command: &PostCommand,
    settings: &Settings,
    output: &Output,
) -> anyhow::Result<()> {
    let (id, change, arguments) = match command {
        PostCommand::Add { id, post } => (id, PostChange::Add, post),
        PostCommand::Remove { id, post } => (id, PostChange::Remove, post),
    };
    let PostArguments { role, unit, reason } = arguments;
    let post = Post {
        role: *role,
        unit: remote::find_unit(&remote::load_directory(settings)?, unit)?,
    };
    let changed = accounts.change_post(id, change, &post, hand(reason.as_deref()));
    confirmed(id, changed, output)
}

const fn hand(reason: Option<&str>) -> Hand<'_> {
    Hand { by: BY, reason }
}

fn list(accounts: &Accounts, output: &Output) -> anyhow::Result<()> {
    let all = accounts.list()?;
    output.print_value(&all, || {
        let line = |one: &Account| {
            let disabled = if one.disabled_at.is_some() {
                output.message("staff-disabled")
            } else {
                String::new()
            };
            let others = one.other_posts.iter();
            let others = others.map(|Post { role, unit }| format!("  + {role}  {unit}"));
            let others = others.collect::<Vec<_>>().concat();
            format!(
                "{}  {}  {}  {}{others}{disabled}",
                one.id, one.name, one.role, one.unit
            )
        };
        all.iter().map(line).collect::<Vec<_>>().join("\n")
    });
    Ok(())
}

fn read(file: &Path) -> anyhow::Result<String> {
    let text = bounded_file::read_text(file, bounded_file::SMALL)?;
    Ok(text.lines().next().unwrap_or_default().to_owned())
}
