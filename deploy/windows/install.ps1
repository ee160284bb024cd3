#Requires -RunAsAdministrator
#Requires -Version 5.1
<#
.SYNOPSIS
Installs, upgrades or removes the tailshipper service on Windows.

.DESCRIPTION
Installs what lies beside this script, and starts it. Running it again while the service runs changes nothing. An upgrade whose
service does not start goes back to the release before. Configuration, state and logs in %ProgramData%\tailshipper are written once and kept.

The service runs as NT SERVICE\tailshipper, an account of its own without a password: give it read permission on the logs,
for example: icacls C:\ProgramData\orders /grant "NT SERVICE\tailshipper:(OI)(CI)RX"

.PARAMETER Uninstall
Stops and removes the service and the program.

.PARAMETER Purge
With -Uninstall: configuration, state and logs too.

.PARAMETER NoStart
Changes no running service.
#>
[CmdletBinding(DefaultParameterSetName = 'Install')]
param(
    [Parameter(ParameterSetName = 'Uninstall', Mandatory)] [switch] $Uninstall,
    [Parameter(ParameterSetName = 'Uninstall')] [switch] $Purge,
    [Parameter(ParameterSetName = 'Install')] [switch] $NoStart,
    [string] $InstallDirectory = (Join-Path $env:ProgramFiles 'tailshipper'),
    [string] $DataDirectory = (Join-Path $env:ProgramData 'tailshipper')
)

Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'

$name = 'tailshipper'
$config = Join-Path $DataDirectory 'appsettings.json'

function Get-Installed { Get-Service -Name $name -ErrorAction SilentlyContinue }

function Stop-Installed {
    $service = Get-Installed
    if ($service -and $service.Status -ne 'Stopped') {
        Stop-Service -Name $name -Force
        $service.WaitForStatus('Stopped', [TimeSpan]::FromSeconds(60))
    }
}

# sc.exe says what went wrong by its exit code only.
function Invoke-ServiceControl {
    & "$env:SystemRoot\System32\sc.exe" @args | Out-Null
    if ($LASTEXITCODE -ne 0) { throw "sc.exe $($args -join ' ') failed with $LASTEXITCODE" }
}

function Set-Program([string] $release) {
    $command = '"{0}" run --config "{1}"' -f (Join-Path $release 'lib\tailshipper.exe'), $config
    if (-not (Get-Installed)) {
        New-Service -Name $name -BinaryPathName $command -DisplayName 'TailShipper' -StartupType Automatic `
            -Description 'Ships log lines to Amazon Data Firehose' | Out-Null
    }
    # Not sc.exe: Windows PowerShell would take the quotes out of the command.
    $answer = Get-CimInstance Win32_Service -Filter "Name='$name'" |
        Invoke-CimMethod -MethodName Change -Arguments @{ PathName = $command; StartName = "NT SERVICE\$name"; StartPassword = '' }
    if ($answer.ReturnValue -ne 0) { throw "The service $name could not be changed: error $($answer.ReturnValue) of Win32_Service.Change" }
    # Started again after every fault, also one that it reports itself; the count begins anew after a day.
    Invoke-ServiceControl failure $name reset= 86400 actions= restart/3000/restart/3000/restart/30000
    Invoke-ServiceControl failureflag $name 1
}

function Test-Start {
    try { Start-Service -Name $name } catch { return $false }
    Start-Sleep -Seconds 5
    return (Get-Installed).Status -eq 'Running'
}

if ($Uninstall) {
    Stop-Installed
    if (Get-Installed) { Invoke-ServiceControl delete $name }
    if (Test-Path $InstallDirectory) { Remove-Item -Recurse -Force $InstallDirectory }
    if ($Purge -and (Test-Path $DataDirectory)) { Remove-Item -Recurse -Force $DataDirectory }
    Write-Output "$name is removed$(if (-not $Purge) { "; kept: $DataDirectory" })"
    return
}

$version = (Get-Content (Join-Path $PSScriptRoot 'VERSION')).Trim()
$release = Join-Path $InstallDirectory $version
$current = Join-Path $InstallDirectory 'current.txt'
$before = if (Test-Path $current) { (Get-Content $current).Trim() } else { $null }

if (-not (Test-Path $release)) {
    $new = "$release.new"
    if (Test-Path $new) { Remove-Item -Recurse -Force $new }
    New-Item -ItemType Directory -Force $new | Out-Null
    Copy-Item -Recurse (Join-Path $PSScriptRoot '*') $new
    & (Join-Path $new 'lib\tailshipper.exe') --version | Out-Null
    if ($LASTEXITCODE -ne 0) { Remove-Item -Recurse -Force $new; throw 'This release does not run on this machine; nothing was changed.' }
    Rename-Item $new $release
}

New-Item -ItemType Directory -Force $DataDirectory | Out-Null
if (-not (Test-Path $config)) { Copy-Item (Join-Path $PSScriptRoot 'appsettings.json') $config }

$service = Get-Installed
if ($before -eq $release -and $service -and $service.Status -eq 'Running') {
    Write-Output "$name $version is installed and runs; nothing was changed. After a change of ${config}: Restart-Service $name"
    return
}

if (-not $NoStart) { Stop-Installed }
Set-Program $release
# Only the service, administrators and the system may read what is kept there (by number: names are translated). The service's own account exists from here on.
& icacls.exe $DataDirectory /inheritance:r /grant '*S-1-5-32-544:(OI)(CI)F' '*S-1-5-18:(OI)(CI)F' "NT SERVICE\${name}:(OI)(CI)M" | Out-Null
if ($LASTEXITCODE -ne 0) { throw "icacls.exe failed with $LASTEXITCODE on $DataDirectory" }

& (Join-Path $release 'lib\tailshipper.exe') check --config $config
if ($LASTEXITCODE -ne 0) {
    if (-not $before -or $before -eq $release) {
        Write-Warning "Installed, but not started: correct $config, then: Start-Service $name"
        exit 3
    }
    Set-Program $before
    if (-not $NoStart) { Start-Service -Name $name }
    throw "The new release cannot use $config; back to $before."
}

if ($NoStart) {
    Set-Content $current $release
    Write-Output "$name $version is installed; no service was started"
    return
}

if (Test-Start) {
    Set-Content $current $release
    Write-Output "$name $version is installed and runs"
    return
}

if (-not $before -or $before -eq $release) { throw "$name does not start; see the Application event log and $DataDirectory\tailshipper*.log" }
Stop-Installed
Set-Program $before
Start-Service -Name $name
throw "$name $version did not start; back to $before, which runs."
