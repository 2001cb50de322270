#!/usr/bin/env python3
"""Reads the annual report through gRPC reflection: no generated code, no copy of the contracts.

Needs `pip install grpcio grpcio-reflection` and a running system:

    python3 annual_report.py 127.0.0.1:8640 "$(jianyi token --role LEADER)" 2024

Lists the services the gateway offers, then prints the figures of the year. A figure without a value
is unknown, which is not 0.
"""

import sys

import grpc
from google.protobuf import message_factory
from google.protobuf.descriptor_pool import DescriptorPool
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import (
    ProtoReflectionDescriptorDatabase,
)

SERVICE = "jianyi.oversight.v1.OversightService"


def main(target, token, year):
    with grpc.insecure_channel(target) as channel:
        contracts = ProtoReflectionDescriptorDatabase(channel)
        print("services:", *sorted(contracts.get_services()), sep="\n  ")

        pool = DescriptorPool(contracts)
        method = pool.FindServiceByName(SERVICE).FindMethodByName("GetAnnualReport")
        request = message_factory.GetMessageClass(method.input_type)(year=year)
        reply = message_factory.GetMessageClass(method.output_type)
        call = channel.unary_unary(
            f"/{SERVICE}/{method.name}",
            request_serializer=type(request).SerializeToString,
            response_deserializer=reply.FromString,
        )
        report = call(request, metadata=[("authorization", f"Bearer {token}")], timeout=30)

    print(f"figures of {report.year}:")
    for section in report.sections:
        for key in section.figures:
            figure = report.figures[key]
            value = figure.value if figure.HasField("value") else "unknown"
            print(f"  {key}: {value}  ({figure.label} {figure.text})")


if __name__ == "__main__":
    if len(sys.argv) not in (3, 4):
        sys.exit("usage: annual_report.py HOST:PORT TOKEN [YEAR]")
    try:
        main(sys.argv[1], sys.argv[2], int(sys.argv[3]) if len(sys.argv) == 4 else 2024)
    except BrokenPipeError:
        sys.stderr.close()  # `| head` has seen enough
    except grpc.RpcError as error:
        sys.exit(f"annual_report.py: {error.code().name}: {error.details()}")
