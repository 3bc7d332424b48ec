# polytls.bash - bash completes the commands and options of polytls
# SPDX-License-Identifier: Apache-2.0
#
# The words are the program's own: a new option needs nothing here.
_polytls()
{
	local word=${COMP_WORDS[COMP_CWORD]} program=${COMP_WORDS[0]}
	local command=${COMP_WORDS[1]}

	COMPREPLY=()
	# What follows "--" is somebody else's command.
	case " ${COMP_WORDS[*]:2:$((COMP_CWORD > 2 ? COMP_CWORD - 2 : 0))} " in
	*" -- "*) return ;;
	esac
	if [ "$COMP_CWORD" -eq 1 ]; then
		COMPREPLY=($(compgen -W "$("$program" help -words \
		    2>/dev/null)" -- "$word"))
	elif [ "${word:0:1}" = - ]; then
		COMPREPLY=($(compgen -W "$("$program" "$command" -help -words \
		    2>/dev/null)" -- "$word"))
	fi
}
complete -o default -F _polytls polytls
