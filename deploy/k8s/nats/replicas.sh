#!/bin/sh
# Every stream on three servers. Services declare a stream without saying how many copies it has, which is one;
# this raises it in place, loses nothing, and changes nothing on a stream that has three.
set -eu
names=$(nats stream ls --names)
for stream in $names; do
    case $stream in
        JY_*) nats stream edit "$stream" --replicas="$REPLICAS" --force ;;
    esac
done
