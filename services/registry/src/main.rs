//! The executable of the registry.

fn main() -> std::process::ExitCode {
    onestop_chassis::node::main::<onestop_registry::Registry>(onestop_chassis::version!())
}
