internal import JobCore

/// The script that an instance runs when it boots.
///
/// Its first act arms a shutdown, and every failure powers the instance off, which terminates it. It fetches the agent,
/// checks it, and lets it run until it ends; then it powers off. It holds one secret: the enrolment token, which makes
/// an instance of this launch a worker and nothing else.
public struct UserData: Hashable, Sendable {
    /// The fleet.
    public var spec: FleetSpecification
    /// The URL of the server, without a slash at its end.
    public var server: String
    /// The enrolment token.
    public var token: String
    /// The SHA-256 of the server's agents by platform, for ``FleetSpecification/AgentSource/server``.
    public var agents: [String: String]

    /// Makes a script's parts.
    public init(spec: FleetSpecification, server: String, token: String, agents: [String: String] = [:]) {
        self.spec = spec
        self.server = server
        self.token = token
        self.agents = agents
    }

    /// What EC2 takes at most, before it is encoded: 16 KiB.
    public static let limit = 16_384

    /// The script.
    ///
    /// - Throws: ``InvalidFleet`` when it is too long or the server has no agent for one of the fleet's architectures.
    public func render() throws(InvalidFleet) -> String {
        guard FleetSpecification.isShellSafe(server) else {
            throw InvalidFleet(issues: [FieldIssue(path: "server", message: FleetSpecification.shellSafeRule)])
        }
        let minutes = Int((spec.maxLifetime.inSeconds / 60).rounded(.up)) + 5
        let lost = spec.lostTimeout.jobText
        let checkpoints = spec.checkpoints.map { " --checkpoints '\($0)'" } ?? ""
        let text = """
            #!/bin/bash
            # JobKit: the agent of the fleet \(spec.name)
            shutdown -P +\(minutes) || true
            set -euo pipefail
            umask 077
            off() {
                code=$?
                trap - EXIT
                # 75: EC2 takes the instance back. What EC2 ends in its first hour is free, what ends itself is not.
                if [ "$code" = 75 ]; then sleep 600 || true; fi
                echo "jobkit: powering off (status $code)" > /dev/console 2> /dev/null || true
                systemctl poweroff --no-wall 2> /dev/null || shutdown -P now 2> /dev/null || poweroff -f
            }
            trap off EXIT
            trap 'exit 143' HUP INT TERM
            export HOME=/root PATH="$PATH:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
            work=/var/lib/jobkit
            mkdir -p "$work"
            printf '%s\\n' '\(token)' > "$work/enrolment"
            machine=$(uname -m)
            \(try agentLines())
            \(setupLines())
            set -- "$agent" worker --store '\(server)' --enrolment-file "$work/enrolment" --ec2 \\
                --lost-exit \(lost)\(checkpoints)
            cd "$work"
            # A step that takes all memory is killed alone, and not the agent with it.
            if [ -d /run/systemd/system ] && command -v systemd-run > /dev/null; then
                systemd-run --unit=jobkit-agent --wait --collect --quiet --working-directory="$work" \\
                    --setenv=HOME=/root --setenv=PATH="$PATH" -p OOMPolicy=continue -p KillMode=mixed \\
                    -p RuntimeMaxSec=\(minutes * 60) -- "$@"
            else
                "$@"
            fi

            """
        if text.utf8.count > Self.limit {
            let message = "makes the instance's script longer than \(Self.limit) bytes"
            throw InvalidFleet(issues: [FieldIssue(path: "setup", message: message)])
        }
        return text
    }

    private func agentLines() throws(InvalidFleet) -> String {
        switch spec.agent {
        case .image:
            return "agent=$(command -v jobctl)"
        case .server:
            var files: [(machine: String, url: String, sha256: String)] = []
            for architecture in spec.images.keys.sorted(by: { $0.rawValue < $1.rawValue }) {
                guard let sha256 = agents[architecture.platform] else {
                    let message = "the server has no agent for \(architecture.platform)"
                    throw InvalidFleet(issues: [FieldIssue(path: "agent", message: message)])
                }
                files.append((architecture.machine, "\(server)/v1/agents/\(architecture.platform)", sha256))
            }
            // The token stands in a file for curl, so that no list of processes shows it.
            return """
                printf 'header = "Authorization: Bearer %s"\\n' '\(token)' > "$work/curl"
                \(choice(files))
                \(download(with: " --config \"$work/curl\""))
                rm -f "$work/curl"
                """
        case .files(let files):
            let listed = files.sorted { $0.key.rawValue < $1.key.rawValue }
                .map { (machine: $0.key.machine, url: $0.value.url, sha256: $0.value.sha256) }
            return "\(choice(listed))\n\(download(with: ""))"
        }
    }

    private func choice(_ files: [(machine: String, url: String, sha256: String)]) -> String {
        var lines = "case $machine in\n"
        for file in files { lines += "\(file.machine)) url='\(file.url)' sum=\(file.sha256) ;;\n" }
        return lines + "*) echo \"jobkit: no agent for $machine\" >&2; exit 78 ;;\nesac"
    }

    private func download(with options: String) -> String {
        """
        agent=$work/jobctl
        case $url in
        s3://*) aws s3 cp --only-show-errors "$url" "$agent" ;;
        *) curl -fsSL --retry 8 --retry-all-errors --retry-max-time 300 --connect-timeout 10\(options) \\
            -o "$agent" "$url" ;;
        esac
        echo "$sum  $agent" | sha256sum -c - > /dev/null
        chmod 700 "$agent"
        """
    }

    private func setupLines() -> String {
        guard let setup = spec.setup, !setup.isEmpty else { return ": # nothing to set up" }
        // A shell of its own: what it changes for itself does not change what follows.
        return "(\n\(setup)\n)"
    }
}
