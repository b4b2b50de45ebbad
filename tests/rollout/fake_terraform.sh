#!/bin/sh
# A `terraform` that plays a scene: `scene/COMMAND` in the stack's folder, which tests/rollout/scenes.py has
# written, says what it prints and how it ends. `calls.log`, two folders up, records who started and who ended,
# in this order. A shell is there in a tenth of the time that Python takes, and loses no Ctrl-C while it starts.
interrupts=0
trap 'interrupts=$((interrupts + 1))' INT

record() { printf '%s %s\n' "${PWD##*/}" "$1" >> ../../calls.log; }

# Until the file is there, or Ctrl-C has come.
hold() {
    while [ ! -e "$1" ] && [ "$interrupts" = 0 ]; do sleep 0.01; done
}

# As Terraform does while a run in HCP Terraform is not the next one.
wait_with() {
    while [ "$interrupts" = 0 ]; do
        printf '%s\n\n' "$1"
        sleep 0.02
    done
}

# What a command that was interrupted prints last.
halted() {
    [ "$interrupts" != 0 ] || return 1
    record "was interrupted $interrupts time"
    printf '%s' "$1"
}

save_plan() {
    for argument; do
        case $argument in -out=*) printf 'a plan' > "${argument#-out=}" ;; esac
    done
}

play() {
    . "./scene/$1"
}

case $1 in version | state) play "$@"; exit ;; esac  # they change nothing and are not recorded
record "$1 starts"
play "$@"
code=$?
record "$1 ends"
exit "$code"
