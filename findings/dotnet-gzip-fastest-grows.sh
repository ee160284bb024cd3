#!/usr/bin/env bash
# GZipStream, DeflateStream and ZLibStream of .NET 10, level Fastest, and how long their output can be.
#
# Whoever compresses into a buffer of a fixed size, a record or a packet, needs the most bytes that its input can become. The deflate format
# has stored blocks for what cannot be compressed, five bytes for each of up to 64 KiB (RFC 1951), so the usual bound is input + 0.1 % and a
# little. The other levels keep it. Fastest does not: it writes its one kind of block whatever the bytes are, and a million bytes without any
# order become 1,054,739, 5.5 % more. A buffer sized by the usual bound is too small, and the exception comes only with such input.
#
#   Fastest         1,054,739
#   Optimal         1,000,328
#   SmallestSize    1,000,323
#   NoCompression   1,000,173
#
# What to do: size the buffer by a sixth more, and compress again with NoCompression what came out longer than it went in.
#
# 0: as described. 1: it changed. 77: dotnet cannot be had.
set -uo pipefail
command -v dotnet >/dev/null || { echo "dotnet is missing"; exit 77; }
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 MSBUILDDISABLENODEREUSE=1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1

cat >program.csproj <<'PROJECT'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <OutputType>Exe</OutputType>
    <TargetFramework>net10.0</TargetFramework>
    <ImplicitUsings>enable</ImplicitUsings>
    <AssemblyName>program</AssemblyName>
  </PropertyGroup>
</Project>
PROJECT
cat >Program.cs <<'CODE'
using System.IO.Compression;

var bytes = new byte[1_000_000];
new Random(1).NextBytes(bytes);
foreach (var level in Enum.GetValues<CompressionLevel>())
{
    var output = new MemoryStream();
    using (var gzip = new GZipStream(output, level, leaveOpen: true))
    {
        gzip.Write(bytes);
    }

    Console.WriteLine($"{level} {output.Length}");
}
CODE
dotnet build --verbosity quiet >build.log 2>&1 || { tail -3 build.log; echo "the program cannot be built"; exit 77; }
dotnet --list-runtimes | grep NETCore.App | tail -1
seen=$(bin/Debug/net10.0/program)
printf '%s\n' "$seen" | sed 's/^/  /'
of() { printf '%s\n' "$seen" | sed -n "s/^$1 //p"; }
if [ "$(of Fastest)" -gt 1030000 ] && [ "$(of Optimal)" -lt 1002000 ] && [ "$(of SmallestSize)" -lt 1002000 ] && [ "$(of NoCompression)" -lt 1002000 ]; then
    echo "as described"
    exit 0
fi
echo "it changed"
exit 1
