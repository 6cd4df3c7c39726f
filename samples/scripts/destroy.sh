#!/usr/bin/env bash
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=steps.sh
source "$(dirname "${BASH_SOURCE[0]}")/steps.sh"

usage() {
  cat <<'TEXT'
Destroys what deploy_all.sh made: all of it, the files too. Mount targets that the scaler added, which Terraform does not
know of, go first. Whatever stopped it, run it again.

  --confirm FS-ID  the file system whose files are to be lost; without it, it is asked for
  --dry-run        print what would be run, and run nothing; needs no AWS account
  --help           this

Environment: AWS_REGION or a configured region, AWS credentials.
TEXT
}

confirmed=
while (($#)); do
  case $1 in
    --confirm)
      (($# > 1)) || fail "--confirm takes the id of the file system."
      confirmed=$2
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

need_tool aws "find the mount targets that the scaler added"
need_tool terraform "destroy what it made"
need_region
need_credentials
check

run terraform -chdir="$terraform_directory" init -input=false
region=$(terraform_output region)
file_system=$(terraform_output file_system_id)
function_name=$(terraform_output scaler_function_name)
destroy=(terraform -chdir="$terraform_directory" destroy -input=false -auto-approve -var worker_image_tag=none)

# targets: the mount targets that there are; none when the file system is gone.
targets() {
  local answer
  if answer=$(aws efs describe-mount-targets --region "$region" --file-system-id "$file_system" --query 'MountTargets[].MountTargetId' --output text 2>&1); then
    printf '%s' "$answer"
  elif [[ $answer != *FileSystemNotFound* ]]; then
    fail "EFS does not name the mount targets of $file_system: $answer"
  fi
}

if [[ -n $file_system ]]; then
  if ((!dry_run)); then
    if [[ -z $confirmed ]]; then
      read -r -p "All files of $file_system in $region will be lost. Type its id to go on: " confirmed || true
    fi
    [[ $confirmed == "$file_system" ]] || fail "Nothing is destroyed: '$confirmed' is not $file_system."
  fi

  say "Stop the scaler, so that it adds no more mount targets"
  run "${destroy[@]}" -target=aws_cloudwatch_event_rule.scaler -target=aws_lambda_function.scaler

  say "Delete the mount targets that it added"
  show aws efs describe-mount-targets --region "$region" --file-system-id "$file_system"
  if ((dry_run)); then
    show aws efs delete-mount-target --region "$region" --mount-target-id "<each that Terraform does not know>"
  else
    known=$(terraform -chdir="$terraform_directory" state pull)
    found=$(targets)
    added=()
    for target in $found; do
      [[ $known == *"$target"* ]] || added+=("$target")
    done
    for target in ${added[@]+"${added[@]}"}; do
      # One that is being deleted already answers with an error; what counts is that it goes.
      run aws efs delete-mount-target --region "$region" --mount-target-id "$target" || true
    done
    deadline=$((SECONDS + 600))
    for target in ${added[@]+"${added[@]}"}; do
      found=$(targets)
      while [[ $found == *"$target"* ]]; do
        ((SECONDS < deadline)) || fail "$target is still there after 10 minutes. See EFS for its state, and run this again."
        sleep 5
        found=$(targets)
      done
    done
  fi
elif ((!dry_run)); then
  say "Terraform knows of no file system; what is left of the rest is destroyed"
fi

say "Destroy everything else"
run "${destroy[@]}"
say "Destroyed${function_name:+; the log groups of $function_name and the Worker went too}"
