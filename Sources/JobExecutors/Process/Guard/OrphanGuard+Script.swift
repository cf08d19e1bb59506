extension OrphanGuard {
    /// What the guard does, for any POSIX shell.
    ///
    /// Its input is the pipe that the program holds open, its output the table: `g` and a process group, `s` and a
    /// variable in the environment of a process that was being started, `f` and a file or
    /// folder.
    ///
    /// A number stays with its group while the group has a member. So a group is looked at ten times a second from the
    /// first signal on, and once it is gone its number is not used again.
    static let script = #"""
        trap '' HUP INT QUIT TERM PIPE
        exec 3<&0 4<&1 </dev/null >/dev/null 2>&1
        {
            read -r line <&3
            groups= marks=
            while read -r kind value; do
                case $kind in
                g) groups="$groups $value" ;;
                s) marks="$marks${marks:+
        }$value" ;;
                f) set -- "$@" "$value" ;;
                esac
            done <&4
            scan() {
                [ -n "$marks" ] || return 0
                for place in $(grep -lszxF -- "$marks" /proc/[0-9]*/environ); do
                    # The group and not the process: its leader may have ended already. It is the third word behind
                    # the name, which stands in brackets.
                    read -r stat <"${place%/environ}/stat" || continue
                    stat=${stat##*) }
                    stat=${stat#* * }
                    groups="$groups ${stat%% *}"
                done
            }
            signal() {
                for group in $groups; do kill -s "$1" -- "-$group"; done
            }
            scan
            signal TERM
            signal CONT
            tries=0
            while [ -n "$groups$marks" ] && [ "$tries" -lt 20 ]; do
                sleep 0.1
                tries=$((tries + 1))
                left=
                for group in $groups; do kill -s 0 -- "-$group" && left="$left $group"; done
                groups=$left
                [ -n "$groups" ] || [ "$tries" -lt 3 ] || break
            done
            scan
            signal KILL
            [ $# -eq 0 ] || rm -rf -- "$@"
            # Not the last command, or the shell would become it: the guard is gone when all is done.
            :
        } &
        """#
}
