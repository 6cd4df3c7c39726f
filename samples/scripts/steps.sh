# shellcheck shell=bash
# Sourced by the scripts beside it: says, checks and runs their steps.

repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# shellcheck disable=SC2034 # Used by the scripts.
terraform_directory=$repository/samples/terraform
dry_run=${DRY_RUN:-0}
missing=()

say() {
  printf '== %s\n' "$*"
}

fail() {
  printf '%s: %s\n' "$(basename "$0")" "$*" >&2
  exit 1
}

# need_tool NAME REASON: remembers that it is missing.
need_tool() {
  command -v "$1" >/dev/null || missing+=("$1 is not installed; it is needed to $2")
}

need_package_tools() {
  need_tool dotnet "build the function; get the .NET SDK of global.json"
  need_tool zip "make the package"
  need_tool objdump "see that the package runs on Amazon Linux; it is in binutils"
  command -v clang >/dev/null || command -v gcc >/dev/null ||
    missing+=("clang or gcc is not installed; one is needed to link native code, with the headers of zlib (zlib1g-dev, zlib-devel)")
}

# need_image_tools BUILDER
need_image_tools() {
  case $1 in
    docker) need_tool docker "build the image; or take --builder dotnet" ;;
    dotnet) need_tool dotnet "build the image; get the .NET SDK of global.json" ;;
    *) fail "--builder is docker or dotnet, not '$1'." ;;
  esac
}

# Terraform and the AWS CLI must mean the same region.
need_region() {
  if [[ -z ${AWS_REGION:-} ]]; then
    AWS_REGION=${AWS_DEFAULT_REGION:-}
    if [[ -z $AWS_REGION ]] && command -v aws >/dev/null; then
      AWS_REGION=$(aws configure get region 2>/dev/null) || AWS_REGION=
    fi
  fi
  if [[ -n $AWS_REGION ]]; then
    export AWS_REGION
  else
    unset AWS_REGION
    missing+=("AWS_REGION is not set; set it to the region to deploy to, for example eu-west-1")
  fi
}

need_credentials() {
  ((dry_run)) && return
  command -v aws >/dev/null || return 0
  aws sts get-caller-identity >/dev/null 2>&1 ||
    missing+=("AWS takes no credentials of yours; log in (aws configure, aws sso login) or set AWS_PROFILE, and see aws sts get-caller-identity")
}

# Names all that is missing at once. A dry run goes on without, as it runs none of it.
check() {
  ((${#missing[@]})) || return 0
  local problem
  for problem in "${missing[@]}"; do
    printf '%s: %s.\n' "$(basename "$0")" "$problem" >&2
  done
  ((dry_run)) || exit 1
  printf '%s: A dry run needs none of these.\n' "$(basename "$0")" >&2
}

# What native code is built for here, as Terraform calls it.
machine_architecture() {
  case $(uname -m) in
    x86_64) printf X86_64 ;;
    aarch64) printf ARM64 ;;
    *) fail "Lambda has no $(uname -m) processors; build on x86_64 or aarch64." ;;
  esac
}

show() {
  printf '+'
  printf ' %q' "$@"
  printf '\n'
}

# run COMMAND…: shows it, and runs it unless this is a dry run.
run() {
  show "$@"
  ((dry_run)) || "$@"
}

# terraform_output NAME: one value of what is deployed; nothing when there is none, and its name in a dry run.
terraform_output() {
  local value
  if ((dry_run)); then
    printf '%s' "$1" | tr '[:lower:]' '[:upper:]'
  else
    value=$(terraform -chdir="$terraform_directory" output -raw "$1" 2>/dev/null) || value=
    # Of an empty state it prints a warning of several lines, as if that were the value.
    [[ $value == *$'\n'* ]] || printf '%s' "$value"
  fi
}

# terraform_variable NAME DEFAULT: the value that Terraform gives a variable, from wherever it has it.
terraform_variable() {
  local value
  if ((dry_run)); then
    printf '%s' "$2"
  else
    value=$(terraform -chdir="$terraform_directory" console -var worker_image_tag=none <<<"var.$1")
    printf '%s' "${value//\"/}"
  fi
}

# The commit; with changes beside it, which no tag may name twice, the time as well.
image_tag() {
  local commit
  commit=$(git -C "$repository" rev-parse --short=12 HEAD 2>/dev/null) || fail "$repository is no git clone with a commit; name the image with --tag."
  [[ -z $(git -C "$repository" status --porcelain) ]] || commit=$commit-$(date -u +%Y%m%d%H%M%S)
  printf '%s' "$commit"
}
