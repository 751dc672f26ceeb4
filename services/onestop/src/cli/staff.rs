//! `onestop staff …`.

use std::path::PathBuf;

use clap::Subcommand;
use onestop_proto::{actor::Role, ids::StaffId, text::UnknownChoice};

#[derive(Subcommand)]
pub(crate) enum StaffCommand {
    /// Who can sign in at the workbench
    #[command(after_help = "Example: onestop staff list")]
    List,
    /// What happened to accounts: when, by whom, to which, what
    #[command(after_help = "Example: onestop staff history")]
    History,
    /// Disable an account: its sessions and tokens end
    #[command(
        after_help = "Example: onestop staff disable zhang-li\n         onestop staff disable guan-li --reason 已调离，无其他管理员"
    )]
    Disable {
        /// The account
        id: StaffId,
        /// Why one person does it; required for administrators, supervisors and auditors. The history keeps it
        #[arg(long)]
        reason: Option<String>,
    },
    /// Enable an account again
    #[command(after_help = "Example: onestop staff enable zhang-li")]
    Enable {
        /// The account
        id: StaffId,
        /// Why one person does it; required for administrators, supervisors and auditors. The history keeps it
        #[arg(long)]
        reason: Option<String>,
    },
    /// A one-time password, shown once; it must be changed at the next sign-in. In the workbench it takes two people
    #[command(after_help = "Example: onestop staff reset zhang-li --reason 忘记密码，已当面核实")]
    Reset {
        /// The account
        id: StaffId,
        /// Why one person does it, and how the person was identified; the history keeps it
        #[arg(long)]
        reason: String,
    },
    /// Remove a second factor that was lost: sessions and tokens end. In the workbench it takes two people
    #[command(
        after_help = "Example: onestop staff reset-factor zhang-li --reason 手机遗失，已当面核实"
    )]
    ResetFactor {
        /// The account
        id: StaffId,
        /// What was lost, and how the person was identified; the history keeps it
        #[arg(long)]
        reason: String,
    },
    /// Add accounts from a sheet (xlsx, or CSV in UTF-8): errors are listed by row, and nothing is added while there are some
    #[command(after_help = "\
Examples:
  onestop staff import staff.xlsx --check
  onestop staff import staff.xlsx
The one-time passwords are in a file beside the sheet: give them out, and remove it. An account that exists is never
overwritten. A sheet to begin with: onestop staff template --out staff.xlsx")]
    Import(ImportArguments),
    /// Write a workbook to begin with: the headings, an example, the roles
    #[command(after_help = "Example: onestop staff template --out staff.xlsx")]
    Template {
        /// The file
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// Give an account a further post, or take one from it: one person may hold several (兼职身份) under one sign-in
    Post {
        #[command(subcommand)]
        command: PostCommand,
    },
    /// Add an account; with --change, change the name, role, unit and password of one that exists
    #[command(after_help = "\
Examples:
  onestop staff add zhang-li --name 张丽 --role clerk --unit 530821101201
  onestop staff add he-ping --name 和平 --role supervisor --unit 5308.bureau --password-file /run/secret --reason 首次设立

Administrators, supervisors and auditors are added with a reason: in the workbench a second person confirms them.

Without --password-file a password is made and shown once.")]
    #[command(after_help = "Example: onestop staff add zhang-li")]
    Add {
        /// With what they sign in: small letters, digits and hyphens
        id: StaffId,
        /// Their name, as colleagues see it
        #[arg(long)]
        name: String,
        /// clerk, specialist, supervisor, unit-administrator or auditor
        #[arg(long, value_parser = role_of_people)]
        role: Role,
        /// Their unit: its id, its division (the window there), or division and kind
        #[arg(long)]
        unit: String,
        /// File whose first line is the password
        #[arg(long, value_name = "FILE")]
        password_file: Option<PathBuf>,
        /// Change the account if there is one of that name; without it, that is refused
        #[arg(long)]
        change: bool,
        /// Why one person does it; required for administrators, supervisors and auditors. The history keeps it
        #[arg(long)]
        reason: Option<String>,
    },
}

#[derive(Subcommand)]
pub(crate) enum PostCommand {
    /// Add a post beside those that the account has
    #[command(
        after_help = "Example: onestop staff post add zhang-li --role specialist --unit 530821101.mediation"
    )]
    Add {
        /// The account
        id: StaffId,
        #[command(flatten)]
        post: PostArguments,
    },
    /// Remove a post: the sessions and tokens in it end
    #[command(
        after_help = "Example: onestop staff post remove zhang-li --role specialist --unit 530821101.mediation"
    )]
    Remove {
        /// The account
        id: StaffId,
        #[command(flatten)]
        post: PostArguments,
    },
}

/// Which post, and why.
#[derive(clap::Args)]
pub(crate) struct PostArguments {
    /// clerk, specialist, supervisor, unit-administrator or auditor
    #[arg(long, value_parser = role_of_people)]
    pub(crate) role: Role,
    /// The unit: its id, its division (the window there), or division and kind
    #[arg(long)]
    pub(crate) unit: String,
    /// Why one person does it; needed of administrators, supervisors and auditors. The history keeps it
    #[arg(long)]
    pub(crate) reason: Option<String>,
}

/// Which sheet, and what to do with it.
#[derive(clap::Args)]
pub(crate) struct ImportArguments {
    /// The sheet
    pub(crate) file: PathBuf,
    /// Only say what is wrong with it, and how many accounts it would add
    #[arg(long)]
    pub(crate) check: bool,
    /// Why one person does it; required for administrators, supervisors and auditors. The history keeps it
    #[arg(long)]
    pub(crate) reason: Option<String>,
}

/// The role of a person. A refusal offers the roles that are taken, and not that of the system.
fn role_of_people(text: &str) -> Result<Role, UnknownChoice> {
    let of_people = || Role::ALL.iter().filter(|role| **role != Role::System);
    let found = of_people().find(|role| role.as_str() == text).copied();
    found.ok_or_else(|| UnknownChoice {
        text: text.to_owned(),
        known: of_people()
            .map(|role| role.as_str())
            .collect::<Vec<_>>()
            .join(", "),
    })
}
