//! Adds an account to the gateway of a data folder, and lists its accounts:
//! `cargo run -p onestop-gateway --example add_account`.

use std::io::Write as _;

use onestop_gateway::accounts::{Account, Accounts, Hand, one_time};
use onestop_proto::actor::Role;

fn main() -> anyhow::Result<()> {
    let data = tempfile::tempdir()?;
    let accounts = Accounts::open(data.path())?;
    let account = Account {
        id: "zhang-li".parse()?,
        name: "张丽".to_owned(),
        role: Role::Clerk,
        unit: "s4k2m9qxa.window".parse()?,
        other_posts: Vec::new(),
        disabled_at: None,
    };
    let password = one_time()?;
    let hand = Hand {
        by: "example",
        reason: None,
    };
    accounts.add(account, &password, hand)?;
    let mut out = std::io::stdout();
    for account in accounts.list()? {
        writeln!(out, "{} · {} · {}", account.id, account.role, account.unit)?;
    }
    for [at, by, account, change] in accounts.history(10)? {
        writeln!(out, "{at} · {by} · {account} · {change}")?;
    }
    Ok(())
}
