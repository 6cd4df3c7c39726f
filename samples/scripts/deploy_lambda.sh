#!/usr/bin/env bash
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=steps.sh
source "$(dirname "${BASH_SOURCE[0]}")/steps.sh"

usage() {
  cat <<'TEXT'
Builds the package of the scaler function, and gives it to the function that Terraform made.

  --build-only     only build: artifacts/lambda/scaler.zip, which Terraform makes the function from
  --function NAME  the function; without it Terraform's output scaler_function_name
  --dry-run        print what would be run, and run nothing
  --help           this

Native code is built for this machine's kind of processor; cpu_architecture in Terraform must be the same.
Environment: AWS_REGION or a configured region, AWS credentials.
TEXT
}

build_only=0
function_name=
while (($#)); do
  case $1 in
    --build-only) build_only=1 ;;
    --function)
      (($# > 1)) || fail "--function takes a name."
      function_name=$2
      shift
      ;;
    --dry-run) dry_run=1 ;;
    --help)
      usage
      exit
      ;;
    *) fail "$1 is not an option; see --help." ;;
  esac
  shift
done

# Amazon Linux 2023, which provided.al2023 is.
newest_glibc=2.34
output=$repository/artifacts/lambda
package=$output/scaler.zip

need_package_tools
if ((!build_only)); then
  need_tool aws "update the function"
  [[ -n $function_name ]] || need_tool terraform "find the function; or name it with --function"
  need_region
  need_credentials
fi
check

architecture=$(machine_architecture)
if [[ $architecture == X86_64 ]]; then runtime=linux-x64; else runtime=linux-arm64; fi

say "Build the function"
run dotnet publish "$repository/samples/ScalerLambda" -c Release -r "$runtime" -o "$output" --nologo -v quiet

# newest_symbol FILE: the newest version of glibc that it wants.
newest_symbol() {
  objdump -T "$1" | sed -n 's/.*(\{0,1\}GLIBC_\([0-9.]*\).*/\1/p' | sort -uV | tail -n 1
}

if ((!dry_run)); then
  needed=$(newest_symbol "$output/bootstrap")
  [[ -n $needed ]] || fail "objdump finds no glibc in $output/bootstrap, so that nobody knows whether it runs on Amazon Linux 2023."
  [[ $(printf '%s\n' "$needed" "$newest_glibc" | sort -V | tail -n 1) == "$newest_glibc" ]] ||
    fail "The function needs glibc $needed, and Lambda has $newest_glibc. Build on an older system: Amazon Linux 2023, Debian 12."
fi

say "Make the package"
# zip adds to what is there, and would keep what no longer belongs in.
run rm -f "$package"
# The same code is the same package, which Terraform then does not upload again.
run touch -t 198001010000 "$output/bootstrap"
run zip -q -X -j "$package" "$output/bootstrap"
((!build_only)) || exit 0

say "Update the function"
region=${AWS_REGION:-}
if [[ -z $function_name ]]; then
  function_name=$(terraform_output scaler_function_name)
  region=$(terraform_output region)
  [[ -n $function_name && -n $region ]] || fail "Terraform has made no function yet; run deploy_all.sh, or name one with --function."
fi
run aws lambda update-function-code --region "$region" --function-name "$function_name" --zip-file "fileb://$package" --query CodeSha256 --output text
run aws lambda wait function-updated-v2 --region "$region" --function-name "$function_name"
