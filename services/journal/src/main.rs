//! The executable of the journal service.

fn main() -> std::process::ExitCode {
    onestop_chassis::node::main::<onestop_journal::Journal>(onestop_chassis::version!())
}
