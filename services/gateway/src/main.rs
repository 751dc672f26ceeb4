//! The executable of the gateway.

fn main() -> std::process::ExitCode {
    onestop_chassis::node::program("gateway", onestop_gateway::run)
}
