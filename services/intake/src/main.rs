//! The executable of the intake service.

fn main() -> std::process::ExitCode {
    onestop_chassis::node::main::<onestop_intake::Intake>(onestop_chassis::version!())
}
