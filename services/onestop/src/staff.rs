//! `onestop staff`: who can sign in at the workbench. It works on the gateway's own file, so that the first
//! administrator needs nobody to let them in.

use std::{fs, path::Path};

use anyhow::Context;
use onestop_chassis::settings::Settings;
use onestop_gateway::accounts::{Account, Accounts, one_time};

use crate::{ask, cli::StaffCommand, output::Output};

/// Lines of history that are shown.
const HISTORY: u32 = 500;

/// Who is noted as having changed an account: whoever can write the gateway's file.
const BY: &str = "command-line";

pub(crate) fn carry_out(
    about: &StaffCommand,
    settings: &Settings,
    output: &Output,
) -> anyhow::Result<()> {
    let accounts = Accounts::open(&settings.data)?;
    match about {
        StaffCommand::List => list(&accounts, output),
        StaffCommand::History => {
            let lines = accounts.history(HISTORY)?;
            output.show(&lines, || {
                let told: Vec<String> = lines.iter().map(|line| line.join("  ")).collect();
                told.join("\n")
            });
            Ok(())
        }
        StaffCommand::Disable { id } => accounts.set_disabled(id, true, BY),
        StaffCommand::Enable { id } => accounts.set_disabled(id, false, BY),
        StaffCommand::Reset { id } => {
            let one_time = accounts.reset(id, BY)?;
            let text = output.say("一次性密码", "one-time password");
            output.text(&format!("{text}: {id}  {one_time}\n"));
            Ok(())
        }
        StaffCommand::Add {
            id,
            name,
            role,
            unit,
            password_file,
        } => {
            let unit = ask::unit(&ask::directory(settings)?, unit)?;
            let given = password_file.as_deref().map(read).transpose()?;
            let password = given.clone().map_or_else(one_time, Ok)?;
            let account = Account {
                id: id.clone(),
                name: name.clone(),
                role: *role,
                unit,
                disabled_at: None,
            };
            accounts.put(account, &password, BY)?;
            let shown = given.map_or(password, |_| String::new());
            let text = output.say("账号已设置", "the account is set");
            output.text(&format!("{text}: {id}  {shown}\n"));
            Ok(())
        }
    }
}

fn list(accounts: &Accounts, output: &Output) -> anyhow::Result<()> {
    let all = accounts.list()?;
    output.show(&all, || {
        let line = |one: &Account| {
            let resting = if one.disabled_at.is_some() {
                output.say("（停用）", " (disabled)")
            } else {
                ""
            };
            format!(
                "{}  {}  {}  {}{resting}",
                one.id, one.name, one.role, one.unit
            )
        };
        all.iter().map(line).collect::<Vec<_>>().join("\n")
    });
    Ok(())
}

fn read(file: &Path) -> anyhow::Result<String> {
    let text =
        fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    Ok(text.lines().next().unwrap_or_default().to_owned())
}
