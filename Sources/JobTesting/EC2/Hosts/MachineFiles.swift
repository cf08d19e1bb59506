#if os(Linux)
    /// The files of an instance in a namespace: its first process, its commands, its user data and its console.
    struct MachineFiles: Sendable {
        let folder: String
        let ownFolders: [String]

        var console: String { "\(folder)/console" }

        /// The environment of the first process: nothing of the test's own.
        var environment: [String: String] {
            [
                "PATH": "\(folder)/bin:\(MachineProcess.standardPath)", "HOME": "/root", "TMPDIR": "\(folder)/tmp",
                "LANG": "C.UTF-8",
            ]
        }

        func write(_ instance: FakeEC2.Instance) throws {
            for path in [folder, "\(folder)/bin", "\(folder)/tmp", "\(folder)/own"] { try TextFile.makeFolder(path) }
            try TextFile.write(instance.userData, to: "\(folder)/user-data")
            try TextFile.write(Array(initScript(instance).utf8), to: "\(folder)/init")
            for (name, script) in commands {
                try TextFile.write(Array("#!/bin/sh\n\(script)\n".utf8), to: "\(folder)/bin/\(name)")
            }
        }

        /// What a machine does from its boot to its power-off.
        private func initScript(_ instance: FakeEC2.Instance) -> String {
            """
            # The first process: it boots, runs the user data once, and waits to be switched off.
            trap 'off=1' USR1
            trap 'halted=1' USR2
            hostname ip-\(instance.privateAddress.split(separator: ".").joined(separator: "-"))
            mount -t tmpfs tmpfs '\(folder)/own'
            number=0
            for own in \(ownFolders.map { "'\($0)'" }.joined(separator: " ")); do
                number=$((number + 1))
                up='\(folder)/own/'$number
                mkdir -p "$up/upper" "$up/work"
                mount -t overlay overlay -o "lowerdir=$own,upperdir=$up/upper,workdir=$up/work" "$own" ||
                    mount -t tmpfs tmpfs "$own"
            done
            # Nothing of this machine's systemd is the instance's.
            if [ -d /run/systemd ]; then mount -t tmpfs tmpfs /run/systemd; fi
            cd /
            if [ -s '\(folder)/user-data' ]; then '\(folder)/user-data' & fi
            while [ -z "$off" ]; do
                # A halted machine does nothing, and is paid for.
                if [ -n "$halted" ]; then halted=; kill -KILL -1; fi
                # Short, because a signal may come between the look above and the wait.
                sleep 1 &
                wait $!
            done
            kill -TERM -1
            for round in 1 2 3 4 5 6 7 8 9 10; do
                # Only this one is left, and the kernel shows no others.
                set -- /proc/[0-9]*
                left=0
                for entry; do
                    case "$(cut -d' ' -f3 "$entry/stat" 2>/dev/null)" in Z | "") ;; *) left=$((left + 1)) ;; esac
                done
                if [ "$left" -le 1 ]; then break; fi
                sleep 0.5
            done
            exit 0
            """
        }

        /// The commands that would act on this machine, and act on the instance.
        private var commands: [String: String] {
            [
                "poweroff": "kill -USR1 1", "halt": "kill -USR2 1",
                "reboot": "echo 'reboot: this instance cannot' >&2; exit 1",
                "systemd-run": "echo 'systemd-run: there is no systemd' >&2; exit 1",
                "systemctl": """
                for word; do case $word in poweroff) exec kill -USR1 1 ;; halt) exec kill -USR2 1 ;; esac; done
                echo 'systemctl: there is no systemd' >&2
                exit 1
                """,
                "shutdown": """
                timer='\(folder)/shutdown'
                when=+1
                command=poweroff
                for word; do
                    case $word in
                    -c) if [ -f "$timer" ]; then kill "$(cat "$timer")"; rm -f "$timer"; fi; exit 0 ;;
                    -H) command=halt ;;
                    now) when=+0 ;;
                    +[0-9]*) when=$word ;;
                    esac
                done
                minutes=${when#+}
                if [ "$minutes" -eq 0 ]; then exec $command; fi
                (sleep $((minutes * 60)); exec $command) >/dev/null 2>&1 &
                echo $! > "$timer"
                """,
            ]
        }
    }
#endif
